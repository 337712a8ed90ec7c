"""how many private parts were destroyed since they were older than they are kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'


def upgrade() -> None:
    op.create_table(
        'retirement',
        sa.Column('before', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('parts', sa.BigInteger(), nullable=False),
        sa.Column('first', sa.BigInteger(), nullable=False),
        sa.Column('last', sa.BigInteger(), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('before', name='pk_retirement'),
    )
    op.create_index('ix_grant_until', 'grant', ['until'])


def downgrade() -> None:
    op.drop_index('ix_grant_until', 'grant')
    op.drop_table('retirement')
