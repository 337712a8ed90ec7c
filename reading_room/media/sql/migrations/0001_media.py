"""what is known of files by their content"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBERS = ("width", "height", "pages", "milliseconds")


def upgrade() -> None:
    op.create_table(
        "media_read",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in NUMBERS),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("identifiers", sa.Text(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_media_read")),
    )
    op.create_index("ix_media_read_is_asked", "media_read", ["is_asked"])
    op.create_table(
        "media_rendition",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "kind", name=op.f("pk_media_rendition")),
    )
    op.create_table(
        "media_looked",
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_media_looked")),
    )
