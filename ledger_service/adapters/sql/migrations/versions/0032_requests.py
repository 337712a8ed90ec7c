"""requests of readers to be lent something, and which ends of loans they were told of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'

IS_OPEN = sa.text("state IN ('asked', 'waiting', 'ready')")


def upgrade() -> None:
    op.create_table(
        'request',
        sa.Column(
            'serial',
            sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
        sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
        sa.Column('reader', sa.String(length=64), nullable=False),
        sa.Column('seconds', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('approved', sa.Boolean(), nullable=False),
        sa.Column('asked_at', sa.BigInteger(), nullable=False),
        sa.Column('changed_at', sa.BigInteger(), nullable=False),
        sa.Column('held_until', sa.BigInteger(), nullable=True),
        sa.Column('grant', sa.LargeBinary(length=32), nullable=True),
        sa.Column('why', sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint('serial', name='pk_request'),
        sa.UniqueConstraint('id', name='uq_request_id'),
        sqlite_autoincrement=True,
    )
    op.create_index(
        'uq_request_open',
        'request',
        ['digest', 'steward', 'reader'],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index('ix_request_grant', 'request', ['grant'])
    op.create_index('ix_request_reader', 'request', ['reader'])
    op.add_column('grant', sa.Column('end_told', sa.BigInteger(), nullable=True))
    op.create_index('ix_grant_state_until', 'grant', ['state', 'until'])


def downgrade() -> None:
    op.drop_index('ix_grant_state_until', 'grant')
    with op.batch_alter_table('grant') as batch:
        batch.drop_column('end_told')
    op.drop_table('request')
