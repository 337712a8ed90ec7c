"""what requests under an Idempotency-Key were answered, sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0015'


def upgrade() -> None:
    op.create_table(
        'answer',
        sa.Column('name', sa.LargeBinary(length=32), nullable=False),
        sa.Column('request', sa.LargeBinary(length=32), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint('name', name='pk_answer'),
    )
    op.create_index('ix_answer_at', 'answer', ['at'])


def downgrade() -> None:
    op.drop_table('answer')
