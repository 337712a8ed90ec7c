"""reports and endorsements of works"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'review',
        sa.Column('digest', HASH, nullable=False),
        sa.Column('resource', HASH, nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('opened_at', sa.BigInteger(), nullable=True),
        sa.Column('reader', sa.String(length=64), nullable=True),
        sa.Column('wrapped_key', sa.LargeBinary(), nullable=True),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.Column('body', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_review')),
    )
    op.create_index(op.f('ix_review_resource'), 'review', ['resource'])
    op.create_index(op.f('ix_review_reader'), 'review', ['reader'])


def downgrade() -> None:
    op.drop_table('review')
