"""corrected records of resources, each committed to by an entry of kind `described`"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0016'


def upgrade() -> None:
    op.create_table('description',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('creator', sa.String(length=1000), nullable=False),
    sa.Column('language', sa.String(length=80), nullable=False),
    sa.Column('media_type', sa.String(length=255), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('described_at', sa.BigInteger(), nullable=False),
    sa.Column('entry', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('digest', 'steward', 'revision', name=op.f('pk_description')),
    sa.UniqueConstraint('entry', name=op.f('uq_description_entry'))
    )


def downgrade() -> None:
    op.drop_table('description')
