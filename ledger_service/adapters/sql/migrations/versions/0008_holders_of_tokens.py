"""tokens of staff name who holds them, and imports who sent them

Tokens of staff and imports bore the steward, which is the same for all of a library. Whoever holds a token
of before is “unnamed”, so that such tokens find the imports that were sent with them.
"""

from __future__ import annotations

from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.execute("UPDATE token SET subject = 'unnamed' WHERE role <> 'reader'")
    op.execute("UPDATE import_job SET caller = 'unnamed'")


def downgrade() -> None:
    """Leave the names: of what was sent meanwhile, nobody but its sender would find it again."""
