"""when the newest run failed, if it did"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("recommendations_run", sa.Column("failed_at", sa.BigInteger(), nullable=True))
