"""credentials that readers hold, and what is published of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'credential',
        sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('reader', sa.String(length=64), nullable=True),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('statement', HASH, nullable=True),
        sa.Column('leaf', sa.BigInteger(), nullable=True),
        sa.Column('list', sa.BigInteger(), nullable=True),
        sa.Column('place', sa.BigInteger(), nullable=True),
        sa.Column('taken_at', sa.BigInteger(), nullable=True),
        sa.Column('revoked_at', sa.BigInteger(), nullable=True),
        sa.Column('reason', sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_credential')),
        sa.UniqueConstraint('id', name=op.f('uq_credential_id')),
        sa.UniqueConstraint('list', 'place', name=op.f('uq_credential_list_place')),
    )
    op.create_index(op.f('ix_credential_reader'), 'credential', ['reader'])
    op.create_table(
        'credential_file',
        sa.Column('digest', HASH, nullable=False),
        sa.Column('credential', sa.String(length=32), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ['credential'], ['credential.id'], name=op.f('fk_credential_file_credential')
        ),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_credential_file')),
    )
    op.create_table(
        'attendance',
        sa.Column('statement', HASH, nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('leaves', sa.LargeBinary(), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('statement', name=op.f('pk_attendance')),
    )
    op.create_table(
        'issuer_key',
        sa.Column('thumbprint', HASH, nullable=False),
        sa.Column('point', sa.LargeBinary(length=64), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('thumbprint', name=op.f('pk_issuer_key')),
    )
    op.create_table(
        'status_list',
        sa.Column('list', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('list', 'number', name=op.f('pk_status_list')),
    )


def downgrade() -> None:
    for table in ('status_list', 'issuer_key', 'attendance', 'credential_file', 'credential'):
        op.drop_table(table)
