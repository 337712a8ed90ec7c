"""totals of use by month, and how many uses of open content were the first of a session"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COUNTS = ("requests", "unique_requests", "no_license", "limit_exceeded")


def upgrade() -> None:
    # Of uses before this nobody knows whose they were: each is taken for a first one.
    op.add_column("usage_use", sa.Column("firsts", sa.BigInteger(), nullable=True))
    op.execute("UPDATE usage_use SET firsts = uses")
    with op.batch_alter_table("usage_use") as table:
        table.alter_column("firsts", existing_type=sa.BigInteger(), nullable=False)
    op.create_table(
        "usage_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("until", "parts", "lines", *COUNTS)
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_usage_month")),
    )
    op.create_table(
        "usage_month_line",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("access", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("year", *COUNTS)),
        sa.PrimaryKeyConstraint("month", "digest", "access", name=op.f("pk_usage_month_line")),
    )
