"""loans that other libraries made of ours"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'loan_elsewhere',
        sa.Column('address', HASH, nullable=False),
        sa.Column('reading', HASH, nullable=False),
        sa.Column('grant', HASH, nullable=False),
        sa.Column('reader', sa.String(length=64), nullable=False),
        sa.Column('distributor', sa.BigInteger(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('changed_at', sa.BigInteger(), nullable=False),
        sa.Column('registered_at', sa.BigInteger(), nullable=True),
        sa.Column('ended_at', sa.BigInteger(), nullable=True),
        sa.Column('ended_as', sa.String(length=20), nullable=True),
        sa.Column('tell_at', sa.BigInteger(), nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['grant'], ['grant.id'], name=op.f('fk_loan_elsewhere_grant_grant')),
        sa.PrimaryKeyConstraint('address', name=op.f('pk_loan_elsewhere')),
        sa.UniqueConstraint('reading', name=op.f('uq_loan_elsewhere_reading')),
        sa.UniqueConstraint('grant', name=op.f('uq_loan_elsewhere_grant')),
    )
    op.create_index(op.f('ix_loan_elsewhere_reader'), 'loan_elsewhere', ['reader'])
    op.create_index(op.f('ix_loan_elsewhere_ended_at'), 'loan_elsewhere', ['ended_at'])
    op.create_index(op.f('ix_loan_elsewhere_tell_at'), 'loan_elsewhere', ['tell_at'])


def downgrade() -> None:
    op.drop_table('loan_elsewhere')
