"""tokens that are sessions, and by what people are known"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'


def upgrade() -> None:
    with op.batch_alter_table('token') as batch:
        batch.add_column(
            sa.Column('way', sa.String(length=20), nullable=False, server_default='token')
        )
        batch.add_column(sa.Column('made_at', sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column('parent', sa.LargeBinary(length=32), nullable=True))
        batch.add_column(sa.Column('scopes', sa.Text(), nullable=True))
    op.create_index('ix_token_parent', 'token', ['parent'])
    op.create_index('ix_token_subject_role', 'token', ['subject', 'role'])
    op.create_table(
        'identity',
        sa.Column('tag', sa.LargeBinary(length=32), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('subject', sa.String(length=64), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint('tag', name='pk_identity'),
    )
    op.create_index('ix_identity_subject_role', 'identity', ['subject', 'role'])


def downgrade() -> None:
    op.drop_table('identity')
    op.drop_index('ix_token_subject_role', 'token')
    op.drop_index('ix_token_parent', 'token')
    with op.batch_alter_table('token') as batch:
        for name in ('scopes', 'parent', 'made_at', 'way'):
            batch.drop_column(name)
