"""cohorts, and their members"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'

ROW = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'cohort',
        sa.Column('serial', ROW, autoincrement=True, nullable=False),
        sa.Column('name', sa.String(length=32), nullable=False),
        sa.Column('course', sa.String(length=120), nullable=False),
        sa.Column('digest', HASH, nullable=False),
        sa.Column('steward', HASH, nullable=False),
        sa.Column('scopes', sa.Integer(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=True),
        sa.Column('root', HASH, nullable=True),
        sa.Column('salt', HASH, nullable=True),
        sa.Column('on_chain', HASH, nullable=True),
        sa.Column('rejection', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['steward'], ['steward.id'], name='fk_cohort_steward'),
        sa.PrimaryKeyConstraint('serial', name='pk_cohort'),
        sa.UniqueConstraint('name', name='uq_cohort_name'),
        sa.UniqueConstraint('on_chain', name='uq_cohort_on_chain'),
    )
    op.create_index('ix_cohort_digest_until', 'cohort', ['digest', 'until'])
    op.create_table(
        'cohort_member',
        sa.Column('cohort', ROW, nullable=False),
        sa.Column('place', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=True),
        sa.Column('tag', HASH, nullable=True),
        sa.Column('grantee', HASH, nullable=True),
        sa.Column('reader', sa.String(length=64), nullable=True),
        sa.Column('salt', HASH, nullable=True),
        sa.Column('grant', HASH, nullable=True),
        sa.Column('left_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['cohort'], ['cohort.serial'], name='fk_cohort_member_cohort'),
        sa.ForeignKeyConstraint(['reader'], ['reader.id'], name='fk_cohort_member_reader'),
        sa.PrimaryKeyConstraint('cohort', 'place', name='pk_cohort_member'),
    )
    for column in ('reader', 'grantee', 'grant'):
        op.create_index(f'ix_cohort_member_{column}', 'cohort_member', [column])


def downgrade() -> None:
    op.drop_table('cohort_member')
    op.drop_table('cohort')
