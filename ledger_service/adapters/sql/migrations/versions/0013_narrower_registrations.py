"""registrations in the order of their entries, with a number for their steward: half as much to write"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'

COPIED = (
    'accepted_entry, digest, license, cid, title, creator, language, media_type, size_bytes, state, '
    'accepted_at, registered_entry, block, "transaction", rejection, route'
)


_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    _number_stewards()
    _set_aside()
    op.create_table('registration',
    sa.Column('accepted_entry', _NUMBER, autoincrement=False, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('steward', sa.BigInteger(), nullable=False),
    *_columns(),
    sa.PrimaryKeyConstraint('accepted_entry', name=op.f('pk_registration')),
    sa.UniqueConstraint('digest', 'steward', name=op.f('uq_registration_digest_steward')),
    )
    _fill_by('(SELECT number FROM steward WHERE steward.id = old_registration.steward)')


def downgrade() -> None:
    _set_aside()
    op.create_table('registration',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('steward', sa.LargeBinary(length=32), nullable=False),
    sa.Column('accepted_entry', sa.BigInteger(), nullable=False),
    *_columns(),
    sa.ForeignKeyConstraint(['steward'], ['steward.id'], name=op.f('fk_registration_steward')),
    sa.ForeignKeyConstraint(['license'], ['license.id'], name=op.f('fk_registration_license')),
    sa.PrimaryKeyConstraint('digest', 'steward', name=op.f('pk_registration')),
    sa.UniqueConstraint('accepted_entry', name=op.f('uq_registration_accepted_entry')),
    )
    _fill_by('(SELECT id FROM steward WHERE steward.number = old_registration.steward)')
    with op.batch_alter_table('steward') as batch:
        batch.drop_constraint(op.f('uq_steward_number'), type_='unique')
        batch.drop_column('number')


def _set_aside() -> None:
    op.rename_table('registration', 'old_registration')
    if op.get_bind().dialect.name == 'postgresql':  # where names of keys are those of their indexes
        op.drop_constraint('pk_registration', 'old_registration')


def _fill_by(steward: str) -> None:
    """Copy all rows; steward: the SQL by which the old row's steward is written."""
    op.execute(
        f'INSERT INTO registration (steward, {COPIED}) '
        f'SELECT {steward}, {COPIED} FROM old_registration ORDER BY accepted_entry'
    )
    op.drop_table('old_registration')


def _number_stewards() -> None:
    op.add_column('steward', sa.Column('number', sa.BigInteger(), nullable=True))
    op.execute(
        'UPDATE steward SET number = (SELECT count(*) FROM steward AS other WHERE other.id <= steward.id)'
    )
    with op.batch_alter_table('steward') as batch:
        batch.alter_column('number', existing_type=sa.BigInteger(), nullable=False)
        batch.create_unique_constraint(op.f('uq_steward_number'), ['number'])


def _columns() -> list[sa.Column[object]]:
    """Return the columns that stay as they are."""
    return [
        sa.Column('license', sa.LargeBinary(length=32), nullable=False),
        sa.Column('cid', sa.String(length=80), nullable=False),
        sa.Column('title', sa.String(length=1000), nullable=False),
        sa.Column('creator', sa.String(length=1000), nullable=False),
        sa.Column('language', sa.String(length=80), nullable=False),
        sa.Column('media_type', sa.String(length=255), nullable=False),
        sa.Column('size_bytes', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('accepted_at', sa.BigInteger(), nullable=False),
        sa.Column('registered_entry', sa.BigInteger(), nullable=True),
        sa.Column('block', sa.BigInteger(), nullable=True),
        sa.Column('transaction', sa.String(length=64), nullable=True),
        sa.Column('rejection', sa.Text(), nullable=True),
        sa.Column('route', sa.SmallInteger(), server_default='0', nullable=False),
    ]
