"""a job keeps the block of its effect and its first entry, and may have several transactions of one nonce

So that a job is looked at again when a fork takes its block away. Jobs that ended before have no block here,
and are not looked at again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'

COLUMNS = ('sender', 'nonce', 'hash', 'job', 'raw', 'signed_at')


def upgrade() -> None:
    op.add_column('job', sa.Column('block', sa.BigInteger(), nullable=True))
    op.add_column('job', sa.Column('entry', sa.BigInteger(), nullable=True))
    op.create_index(op.f('ix_job_block'), 'job', ['block'])
    _number_transactions()


def _number_transactions() -> None:
    """Copy the transactions in their order into a table that numbers them."""
    op.drop_index(op.f('ix_chain_transaction_job'), 'chain_transaction')
    op.rename_table('chain_transaction', 'old_transaction')
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('sent_transaction',
    sa.Column('id', number, autoincrement=True, nullable=False),
    sa.Column('sender', sa.String(length=40), nullable=False),
    sa.Column('nonce', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('job', number, nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('signed_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['job'], ['job.id'], name=op.f('fk_sent_transaction_job_job')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_transaction')),
    sa.UniqueConstraint('hash', name=op.f('uq_sent_transaction_hash'))
    )
    names = ', '.join(COLUMNS)
    op.execute(
        f'INSERT INTO sent_transaction ({names}) SELECT {names} FROM old_transaction ORDER BY nonce'
    )
    op.drop_table('old_transaction')
    op.create_index(op.f('ix_sent_transaction_job'), 'sent_transaction', ['job'])


def downgrade() -> None:
    raise NotImplementedError('Several transactions of one nonce are not kept.')
