"""shelves of readers, sealed, and what the worker tells them of what stands there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        "shelf_kept",
        sa.Column("whose", HASH, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("whose", name=op.f("pk_shelf_kept")),
    )
    op.create_table(
        "shelf_tag",
        sa.Column("tag", HASH, nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_shelf_tag")),
    )
    op.create_table(
        "shelf_followed",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("looked_to", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_followed")),
    )
    op.create_table(
        "shelf_happened",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", HASH, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shelf_happened")),
    )
    op.create_table(
        "shelf_taken",
        sa.Column("digest", HASH, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_shelf_taken")),
    )
