"""changes that others are told of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tidings_change",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("steward", sa.LargeBinary(length=32), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.LargeBinary(length=32)),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tidings_change")),
    )
    op.create_index(op.f("ix_tidings_change_steward_number"), "tidings_change", ["steward", "number"])
    op.create_table(
        "tidings_read",
        sa.Column("only", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_tidings_read")),
    )
