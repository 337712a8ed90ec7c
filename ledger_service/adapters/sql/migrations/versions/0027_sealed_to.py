"""how far registrations were looked through for closed content that lies as it came"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'


def upgrade() -> None:
    op.create_table(
        'sealed_to',
        sa.Column('cursor', sa.String(length=200), nullable=True),
    )


def downgrade() -> None:
    op.drop_table('sealed_to')
