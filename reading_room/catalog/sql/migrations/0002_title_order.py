"""titles in the order of the Uzbek alphabet; the lists are made anew from the ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("catalog_place", "catalog_collection"):
        op.drop_table(table)
    for table in ("catalog_member", "catalog_read"):
        op.execute(f"DELETE FROM {table}")
    op.create_table(
        "catalog_place",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.LargeBinary(length=32), nullable=False) for name in ("digest", "steward", "license")),
        sa.Column("title_key", sa.LargeBinary(length=120), nullable=False),
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
        sa.Column("title_key", sa.LargeBinary(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_collection")),
    )
    op.create_index("ix_catalog_collection_title", "catalog_collection", ["title_key", "id"])
