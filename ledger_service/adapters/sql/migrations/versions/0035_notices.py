"""what readers are told, sealed, and where else they hear of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'notice',
        sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('whose', HASH, nullable=False),
        sa.Column('is_new', sa.BigInteger(), nullable=False),
        sa.Column('is_mailed', sa.BigInteger(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_notice')),
    )
    op.create_index(op.f('ix_notice_whose_number'), 'notice', ['whose', 'number'])
    op.create_index(op.f('ix_notice_is_mailed'), 'notice', ['is_mailed'])
    op.create_table(
        'notice_way',
        sa.Column('whose', HASH, nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('whose', name=op.f('pk_notice_way')),
    )


def downgrade() -> None:
    op.drop_table('notice_way')
    op.drop_table('notice')
