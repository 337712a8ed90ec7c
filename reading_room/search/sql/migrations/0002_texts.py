"""which documents have the words of their file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "search_document",
        sa.Column("has_text", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
