"""questions and votes at events, and messages to those who take part"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENT, PLACE = sa.String(length=16), sa.String(length=32)


def upgrade() -> None:
    op.create_table(
        "events_question",
        sa.Column("number", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("event", EVENT, nullable=False),
        sa.Column("place", PLACE, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events_question")),
    )
    op.create_index("ix_events_question_event", "events_question", ["event", "number"])
    op.create_index("ix_events_question_place", "events_question", ["place"])
    op.create_table(
        "events_vote",
        sa.Column("question", NUMBER, autoincrement=False, nullable=False),
        sa.Column("place", PLACE, nullable=False),
        sa.PrimaryKeyConstraint("question", "place", name=op.f("pk_events_vote")),
    )
    op.create_index("ix_events_vote_place", "events_vote", ["place"])
    op.create_table(
        "events_message",
        sa.Column("number", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("event", EVENT, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events_message")),
    )
    op.create_index("ix_events_message_event", "events_message", ["event", "number"])
