"""who is present somewhere, told between processes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("number", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("place", sa.String(length=48), nullable=False),
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_presence")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_presence_until", "presence", ["until"])
    op.create_index("ix_presence_place_process", "presence", ["place", "process"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_presence_place_process", "presence")
    op.drop_index("ix_presence_until", "presence")
    op.drop_table("presence")
