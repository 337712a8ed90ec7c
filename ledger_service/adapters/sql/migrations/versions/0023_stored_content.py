"""where closed content lies, encrypted, and its wrapped keys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'stored_content',
        sa.Column('entry', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
        sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
        sa.Column('epoch', sa.BigInteger(), nullable=False),
        sa.Column('cid', sa.String(length=80), nullable=False),
        sa.Column('wrapped', sa.LargeBinary(length=512), nullable=True),
        sa.Column('keeper', sa.String(length=80), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('renewal_asked_at', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('entry', name='pk_stored_content'),
        sa.UniqueConstraint('digest', 'steward', 'epoch', name='uq_stored_content_digest_steward_epoch'),
    )


def downgrade() -> None:
    op.drop_table('stored_content')
