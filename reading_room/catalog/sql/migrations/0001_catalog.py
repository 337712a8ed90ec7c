"""the lists of the catalog"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "catalog_place",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.LargeBinary(length=32), nullable=False) for name in ("digest", "steward", "license")),
        sa.Column("title_key", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_catalog_place")),
    )
    op.create_index("ix_catalog_place_listed", "catalog_place", ["is_listed", "entry"])
    op.create_index("ix_catalog_place_title", "catalog_place", ["is_listed", "title_key", "entry"])
    op.create_index("ix_catalog_place_license", "catalog_place", ["license", "is_listed", "entry"])
    op.create_index("ix_catalog_place_steward", "catalog_place", ["steward", "is_listed", "entry"])
    op.create_table(
        "catalog_collection",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_collection")),
    )
    op.create_index("ix_catalog_collection_title", "catalog_collection", ["title_key", "id"])
    op.create_table(
        "catalog_member",
        sa.Column("collection", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("collection", "entry", name=op.f("pk_catalog_member")),
    )
    op.create_index("ix_catalog_member_entry", "catalog_member", ["entry"])
    op.create_table(
        "catalog_read",
        sa.Column("only", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_catalog_read")),
    )
