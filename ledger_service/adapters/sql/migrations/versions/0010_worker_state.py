"""what the worker tells of itself: its last round, and why it stopped"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('worker_state',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last_round', sa.BigInteger(), nullable=True),
    sa.Column('stop', sa.Text(), nullable=True),
    sa.Column('stopped_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker_state'))
    )


def downgrade() -> None:
    op.drop_table('worker_state')
