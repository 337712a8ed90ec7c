"""alarms about members of a consortium"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0044'


def upgrade() -> None:
    op.create_table(
        'consortium_alarm',
        sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('about', sa.String(length=80), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint('steward', 'kind', 'about', name=op.f('pk_consortium_alarm')),
    )


def downgrade() -> None:
    op.drop_table('consortium_alarm')
