"""sessions of browsers at the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "desk_session",
        sa.Column("name", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_session")),
    )
    op.create_index("ix_desk_session_token", "desk_session", ["token", "until"])
    op.create_index("ix_desk_session_until", "desk_session", ["until"])
