"""records as the services that were harvested served them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'source_record',
        sa.Column('number', NUMBER, autoincrement=True, nullable=False),
        sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('identifier', sa.Text(), nullable=False),
        sa.Column('head', sa.LargeBinary(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('kept_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('number', name='pk_source_record'),
        sa.UniqueConstraint('digest', name='uq_source_record_digest'),
    )
    op.create_table(
        'resource_record',
        sa.Column('resource', sa.LargeBinary(length=32), nullable=False),
        sa.Column('record', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['record'], ['source_record.number'], name='fk_resource_record_record'),
        sa.PrimaryKeyConstraint('resource', 'record', name='pk_resource_record'),
    )


def downgrade() -> None:
    op.drop_table('resource_record')
    op.drop_table('source_record')
