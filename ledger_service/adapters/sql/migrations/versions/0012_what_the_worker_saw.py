"""what the worker saw last: the chain's head, the relayer's funds, and what it waits for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    with op.batch_alter_table('worker_state') as batch:
        batch.add_column(sa.Column('waits', sa.Text(), nullable=True))
        batch.add_column(sa.Column('head_number', sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column('head_hash', sa.LargeBinary(length=32), nullable=True))
        batch.add_column(sa.Column('head_time', sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column('relayer', sa.Text(), nullable=True))
        batch.add_column(sa.Column('relayer_balance', sa.Text(), nullable=True))
        batch.add_column(sa.Column('gas_price', sa.Text(), nullable=True))
        batch.add_column(sa.Column('relayer_transactions', sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('worker_state') as batch:
        for name in ('relayer_transactions', 'gas_price', 'relayer_balance', 'relayer',
                     'head_time', 'head_hash', 'head_number', 'waits'):
            batch.drop_column(name)
