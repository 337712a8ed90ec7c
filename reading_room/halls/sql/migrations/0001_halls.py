"""halls, their signed manifests and assets, and records of laboratories"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH = sa.LargeBinary(length=32)
HALL = sa.String(length=16)


def upgrade() -> None:
    op.create_table(
        "halls_key",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("public", HASH, nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls_key")),
    )
    op.create_table(
        "halls_version",
        sa.Column("hall", HALL, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall", "version", name=op.f("pk_halls_version")),
    )
    op.create_table(
        "halls_asset",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_halls_asset")),
    )
    op.create_index(op.f("ix_halls_asset_cid"), "halls_asset", ["cid"])
    op.create_table(
        "halls_record",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("hall", HALL, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_halls_record")),
    )
    op.create_index("ix_halls_record_reader", "halls_record", ["reader", "at"])
