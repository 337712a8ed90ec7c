"""providers whose accounts sign in here, and which sign-ins were used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'


def upgrade() -> None:
    op.create_table(
        'provider',
        sa.Column('name', sa.String(length=32), nullable=False),
        sa.Column('title', sa.String(length=80), nullable=False),
        sa.Column('issuer', sa.String(length=200), nullable=False),
        sa.Column('client_id', sa.String(length=200), nullable=False),
        sa.Column('scopes', sa.Text(), nullable=False),
        sa.Column('rules', sa.Text(), nullable=False),
        sa.Column('default_role', sa.String(length=20), nullable=True),
        sa.Column('connected_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('name', name='pk_provider'),
        sa.UniqueConstraint('issuer', name='uq_provider_issuer'),
    )
    op.create_table(
        'spent_sign_in',
        sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
        sa.Column('ends_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('digest', name='pk_spent_sign_in'),
    )
    op.create_index('ix_spent_sign_in_ends_at', 'spent_sign_in', ['ends_at'])


def downgrade() -> None:
    op.drop_table('spent_sign_in')
    op.drop_table('provider')
