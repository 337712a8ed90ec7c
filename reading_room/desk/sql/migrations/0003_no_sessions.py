"""sessions are the ledger's own; whoever was signed in at the desk signs in again"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_table("desk_session")
