"""works of other members, copies of their open content, and what is refused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "consortium_work",
        sa.Column("steward", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("license", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("steward", "digest", name=op.f("pk_consortium_work")),
    )
    op.create_index("ix_consortium_work_cid", "consortium_work", ["cid"])
    op.create_index("ix_consortium_work_digest", "consortium_work", ["digest"])
    op.create_table(
        "consortium_walk",
        sa.Column("steward", sa.LargeBinary(length=32), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("steward", name=op.f("pk_consortium_walk")),
    )
    op.create_table(
        "consortium_copy",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_consortium_copy")),
        sa.UniqueConstraint("cid", name=op.f("uq_consortium_copy_cid")),
    )
    op.create_table(
        "consortium_block",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("copy", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_node", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "copy", "is_node", name=op.f("pk_consortium_block")),
    )
    op.create_index("ix_consortium_block_copy", "consortium_block", ["copy"])
    op.create_table(
        "consortium_refusal",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "is_member", name=op.f("pk_consortium_refusal")),
    )


def downgrade() -> None:
    for table in ("refusal", "block", "copy", "walk", "work"):
        op.drop_table(f"consortium_{table}")
