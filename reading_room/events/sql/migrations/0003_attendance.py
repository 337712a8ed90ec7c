"""how people check in at events, and who was seen in which step"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "events_check_in",
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("least_times", NUMBER, nullable=False),
        sa.Column("least_minutes", NUMBER, nullable=False),
        sa.Column("closed_at", NUMBER, nullable=True),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_events_check_in")),
    )
    op.create_table(
        "events_sighting",
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("step", NUMBER, autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("device", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("place", "step", name=op.f("pk_events_sighting")),
    )
    op.create_index(
        op.f("ix_events_sighting_event_device"), "events_sighting", ["event", "device"]
    )


def downgrade() -> None:
    op.drop_table("events_sighting")
    op.drop_table("events_check_in")
