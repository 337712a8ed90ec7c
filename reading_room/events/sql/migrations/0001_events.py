"""events, and the places of people there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "events_event",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("begins_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.Column("places", NUMBER, nullable=False),
        sa.Column("made_at", NUMBER, nullable=False),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("room_name", sa.LargeBinary(), nullable=True),
        sa.Column("room_minutes", NUMBER, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_event")),
    )
    op.create_index("ix_events_event_state_ends_at", "events_event", ["state", "ends_at"])
    op.create_table(
        "events_place",
        sa.Column("serial", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", NUMBER, nullable=False),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.Column("held_until", NUMBER, nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("told", NUMBER, nullable=False),
        sa.Column("heard", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_events_place")),
        sa.UniqueConstraint("id", name="uq_events_place_id"),
        sa.UniqueConstraint("event", "reader", name="uq_events_place_event_reader"),
    )
    op.create_index("ix_events_place_event_state", "events_place", ["event", "state"])
    op.create_index("ix_events_place_reader", "events_place", ["reader"])
