"""statements that authors sign"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'

HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    op.create_table(
        'authors_statement',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('digest', HASH, nullable=False),
        sa.Column('reader', sa.String(length=64), nullable=True),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('made_at', sa.BigInteger(), nullable=False),
        sa.Column('ends_at', sa.BigInteger(), nullable=False),
        sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('is_asked', sa.Integer(), nullable=False),
        sa.Column('signed', sa.LargeBinary(), nullable=True),
        sa.Column('signed_digest', HASH, nullable=True),
        sa.Column('entry', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authors_statement')),
        sa.UniqueConstraint('signed_digest', name=op.f('uq_authors_statement_signed_digest')),
    )
    for columns in (['digest'], ['reader'], ['ends_at'], ['is_asked', 'entry']):
        name = f'ix_authors_statement_{"_".join(columns)}'
        op.create_index(op.f(name), 'authors_statement', columns)
    op.create_table(
        'authors_place',
        sa.Column('statement', sa.String(length=32), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('reader', sa.String(length=64), nullable=True),
        sa.Column('code', HASH, nullable=True),
        sa.Column('wrapped_key', sa.LargeBinary(), nullable=True),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.Column('signature', sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ['statement'], ['authors_statement.id'], name=op.f('fk_authors_place_statement_authors_statement')
        ),
        sa.PrimaryKeyConstraint('statement', 'place', name=op.f('pk_authors_place')),
        sa.UniqueConstraint('code', name=op.f('uq_authors_place_code')),
    )
    op.create_index(op.f('ix_authors_place_reader'), 'authors_place', ['reader'])
    op.create_table(
        'authors_file',
        sa.Column('statement', sa.String(length=32), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['statement'], ['authors_statement.id'], name=op.f('fk_authors_file_statement_authors_statement')
        ),
        sa.PrimaryKeyConstraint('statement', name=op.f('pk_authors_file')),
    )


def downgrade() -> None:
    op.drop_table('authors_file')
    op.drop_table('authors_place')
    op.drop_table('authors_statement')
