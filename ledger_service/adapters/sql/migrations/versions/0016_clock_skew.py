"""how far the clock was from the chain's time when the worker looked last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0013'


def upgrade() -> None:
    with op.batch_alter_table('worker_state') as batch:
        batch.add_column(sa.Column('clock_skew', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('worker_state') as batch:
        batch.drop_column('clock_skew')
