"""uses of open content by hour, and the processes that count them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

COUNTS = ("lines", "human", "robot", "interrupted")


def upgrade() -> None:
    op.create_table(
        "usage_use",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "digest", "actor", name=op.f("pk_usage_use")),
    )
    op.create_table(
        "usage_hour",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_usage_hour")),
    )
    op.create_table(
        "usage_process",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_process")),
    )
