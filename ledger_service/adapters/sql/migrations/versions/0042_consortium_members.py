"""what members of a consortium said of themselves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'


def upgrade() -> None:
    op.create_table(
        'consortium_member',
        sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
        sa.Column('announcement', sa.Text(), nullable=False),
        sa.Column('said_at', sa.BigInteger(), nullable=False),
        sa.Column('heard_at', sa.BigInteger(), nullable=False),
        sa.Column('fault', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint('steward', name=op.f('pk_consortium_member')),
    )


def downgrade() -> None:
    op.drop_table('consortium_member')
