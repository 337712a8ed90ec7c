"""what entries tell of the chain by name, and up to which block all events have their entries

The names of old entries are filled in, so that nothing is told twice. Jobs that ended before version 0009
get the block and the first entry that name their transaction, so that a fork recalls them, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'

NO_FACTS = ('at', 'v', 'block', 'transaction')

bundle = sa.table(
    'bundle', sa.column('start', sa.BigInteger), sa.column('body', sa.LargeBinary)
)
job = sa.table(
    'job',
    sa.column('id', sa.BigInteger),
    sa.column('state', sa.String),
    sa.column('block', sa.BigInteger),
    sa.column('entry', sa.BigInteger),
)
sent = sa.table('sent_transaction', sa.column('job', sa.BigInteger), sa.column('hash', sa.String))


def upgrade() -> None:
    told_event = op.create_table('told_event',
    sa.Column('name', sa.LargeBinary(length=32), nullable=False),
    sa.Column('entry', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_told_event'))
    )
    op.add_column(
        'chain_block',
        sa.Column('adopted', sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    told: dict[bytes, int] = {}
    seen: dict[str, tuple[int, int]] = {}
    for index, value in entries(op.get_bind()):
        told.setdefault(name_of(value), index)
        seen.setdefault(value['transaction'], (value['block'], index))
    if told:
        rows = [{'name': name, 'entry': index} for name, index in told.items()]
        op.bulk_insert(told_event, rows)
    place_old_jobs(op.get_bind(), seen)


def entries(connection: sa.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the entries that tell of the chain, with their indexes."""
    for start, body in connection.execute(sa.select(bundle).order_by(bundle.c.start)):
        index = start
        while body:
            end = 2 + int.from_bytes(body[:2], 'big')
            if b'"transaction":' in body[2:end]:
                yield index, json.loads(body[2:end])
            index, body = index + 1, body[end:]


def name_of(value: dict[str, Any]) -> bytes:
    """Return the name of what an entry tells of the chain, as of this version."""
    told = {name: item for name, item in value.items() if name not in NO_FACTS}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(',', ':')).encode()).digest()


def place_old_jobs(connection: sa.Connection, seen: dict[str, tuple[int, int]]) -> None:
    """Give jobs that ended without a block the place that an entry names with their transaction."""
    rows = connection.execute(
        sa.select(sent.c.job, sent.c.hash)
        .join(job, job.c.id == sent.c.job)
        .where(job.c.state == 'done', job.c.block.is_(None))
    ).all()
    for name, transaction in rows:
        if transaction in seen:
            block, entry = seen[transaction]
            connection.execute(
                sa.update(job).where(job.c.id == name).values(block=block, entry=entry)
            )


def downgrade() -> None:
    with op.batch_alter_table('chain_block') as batch_op:
        batch_op.drop_column('adopted')
    op.drop_table('told_event')
