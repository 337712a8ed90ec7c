"""which open resources have which block"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gateway_file",
        sa.Column("entry", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_gateway_file")),
    )
    op.create_table(
        "gateway_block",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("file", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("digest", "file", name=op.f("pk_gateway_block")),
    )
    op.create_table(
        "gateway_looked",
        sa.Column("began_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("began_at", name=op.f("pk_gateway_looked")),
    )
