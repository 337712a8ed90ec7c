"""what is kept, and runs that check it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("of", "match", "healed", "unreachable", "missing", "mismatch")


def upgrade() -> None:
    op.create_table(
        "fixity_kept",
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cid", name=op.f("pk_fixity_kept")),
    )
    op.create_index("ix_fixity_kept_checked_at", "fixity_kept", ["checked_at", "cid"])
    op.create_table(
        "fixity_run",
        sa.Column("number", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fixity_run")),
    )
    op.create_table(
        "fixity_finding",
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", "number", name=op.f("pk_fixity_finding")),
    )
    op.create_table(
        "fixity_looked",
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_fixity_looked")),
    )
