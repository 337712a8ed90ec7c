"""files that a license server encrypted, and its licenses for loans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "lcp_publication",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("publication", sa.String(length=36), nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_lcp_publication")),
    )
    op.create_table(
        "lcp_license",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.LargeBinary(length=32), nullable=False),
        sa.Column("publication", sa.String(length=36), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("prints", sa.Boolean(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("try_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lcp_license")),
    )
    op.create_index(op.f("ix_lcp_license_is_over_id"), "lcp_license", ["is_over", "id"])
