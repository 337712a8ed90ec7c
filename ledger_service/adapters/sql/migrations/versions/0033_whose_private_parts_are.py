"""whose private parts are, and when they were made, so that they can be erased"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'

PART = sa.table(
    'private_part', sa.column('entry'), sa.column('body', sa.LargeBinary),
    sa.column('reader', sa.LargeBinary), sa.column('at', sa.BigInteger),
)
AT_ONCE = 500


def upgrade() -> None:
    op.add_column('private_part', sa.Column('reader', sa.LargeBinary(length=32), nullable=True))
    op.add_column('private_part', sa.Column('at', sa.BigInteger(), nullable=True))
    _fill(op.get_bind())
    op.create_index('ix_private_part_reader', 'private_part', ['reader'])
    op.create_index('ix_private_part_at', 'private_part', ['at'])
    op.create_table(
        'erasure',
        sa.Column('at', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('at', name='pk_erasure'),
    )


def _fill(connection: sa.Connection) -> None:
    after = -1
    while True:
        there = sa.and_(PART.c.entry > after, PART.c.body.is_not(None))
        query = sa.select(PART.c.entry, PART.c.body).where(there).order_by(PART.c.entry)
        rows = connection.execute(query.limit(AT_ONCE)).all()
        for row in rows:
            told = json.loads(bytes(row.body))
            reader = bytes.fromhex(told['reader']) if 'reader' in told else None
            values = {'reader': reader, 'at': told.get('at')}
            connection.execute(sa.update(PART).where(PART.c.entry == row.entry).values(**values))
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].entry


def downgrade() -> None:
    op.drop_table('erasure')
    op.drop_index('ix_private_part_at', 'private_part')
    op.drop_index('ix_private_part_reader', 'private_part')
    op.drop_column('private_part', 'at')
    op.drop_column('private_part', 'reader')
