"""annotations, and the wrapped keys under which those of groups and the names of public ones are sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH = sa.LargeBinary(length=32)
NOTE = "annotations_note"


def upgrade() -> None:
    op.create_table(
        NOTE,
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("place", HASH, nullable=False),
        sa.Column("whose", HASH, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("unnames", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_annotations_note")),
        sa.UniqueConstraint("id", name=op.f("uq_annotations_note_id")),
    )
    for name in ("place", "whose", "audience"):
        op.create_index(f"ix_{NOTE}_{name}", NOTE, [name, "number"])
    op.create_table(
        "annotations_key",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_annotations_key")),
    )
