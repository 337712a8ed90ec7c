"""imports that the service runs, and what became of their items"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('import_job',
    sa.Column('serial', serial, autoincrement=True, nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('caller', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('license', sa.String(length=80), nullable=False),
    sa.Column('manifest_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.Column('read_bytes', sa.BigInteger(), nullable=False),
    sa.Column('work_milliseconds', sa.BigInteger(), nullable=False),
    sa.Column('registered', sa.BigInteger(), nullable=False),
    sa.Column('duplicate', sa.BigInteger(), nullable=False),
    sa.Column('refused', sa.BigInteger(), nullable=False),
    sa.Column('skipped', sa.BigInteger(), nullable=False),
    sa.Column('last_entry', sa.BigInteger(), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('serial', name=op.f('pk_import_job')),
    sa.UniqueConstraint('id', name=op.f('uq_import_job_id')),
    sa.UniqueConstraint('caller', 'key', name=op.f('uq_import_job_caller_key'))
    )
    op.create_index(op.f('ix_import_job_state'), 'import_job', ['state'], unique=False)
    op.create_table('import_result',
    sa.Column('job', sa.String(length=32), nullable=False),
    sa.Column('start', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('lines', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['job'], ['import_job.id'], name=op.f('fk_import_result_job')),
    sa.PrimaryKeyConstraint('job', 'start', name=op.f('pk_import_result'))
    )


def downgrade() -> None:
    op.drop_table('import_result')
    op.drop_table('import_job')
