"""what transactions cost, and what else the worker warns of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'


def upgrade() -> None:
    with op.batch_alter_table('sent_transaction') as batch:
        batch.add_column(sa.Column('cost', sa.BigInteger(), nullable=True))
        batch.create_index(op.f('ix_sent_transaction_signed_at'), ['signed_at'])
    with op.batch_alter_table('worker_state') as batch:
        batch.add_column(sa.Column('warnings', sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('worker_state') as batch:
        batch.drop_column('warnings')
    with op.batch_alter_table('sent_transaction') as batch:
        batch.drop_index(op.f('ix_sent_transaction_signed_at'))
        batch.drop_column('cost')
