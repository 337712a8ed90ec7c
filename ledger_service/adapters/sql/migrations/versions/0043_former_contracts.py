"""contracts that a library has left for those of a consortium"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'former_contracts',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('deployment', sa.Text(), nullable=False),
        sa.Column('successor', HASH, nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('moved_at', sa.BigInteger(), nullable=False),
        sa.Column('last_grant', sa.BigInteger(), nullable=False),
        sa.Column('to_carry', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_former_contracts')),
    )
    op.create_table(
        'former_told',
        sa.Column('name', HASH, nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('name', 'number', name=op.f('pk_former_told')),
    )


def downgrade() -> None:
    op.drop_table('former_told')
    op.drop_table('former_contracts')
