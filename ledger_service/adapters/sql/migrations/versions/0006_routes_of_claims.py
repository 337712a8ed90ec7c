"""how each claim was made

What was not written down is told by what else is: the job that registers a claim, the intent that was
signed elsewhere, the promotion of a claim that the chain has, the report of an import. Where nothing
tells it, the route stays unknown, and the claim is not used before the operator settles it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'

UNKNOWN, HERE, ELSEWHERE, BULK = range(4)
BEFORE_CHAIN = ('accepted', 'submitted')

job = sa.table('job', sa.column('key'), sa.column('intent'))
result = sa.table('import_result', sa.column('lines'))
registration = sa.table(
    'registration',
    sa.column('digest', sa.LargeBinary),
    sa.column('steward', sa.LargeBinary),
    sa.column('state'),
    sa.column('accepted_entry'),
    sa.column('route'),
)


def upgrade() -> None:
    op.add_column(
        'registration',
        sa.Column('route', sa.SmallInteger(), nullable=False, server_default='0'),
    )
    connection = op.get_bind()
    for key, _ in jobs(connection, 'register:'):
        settle(connection, key, HERE)
    for key, _ in jobs(connection, 'promote:'):
        settle(connection, key, BULK, registration.c.state.not_in(BEFORE_CHAIN))
    for _, intent in jobs(connection, 'signed:'):
        settle_signed(connection, json.loads(intent))
    for (lines,) in connection.execute(sa.select(result.c.lines)):
        settle_imported(connection, zlib.decompress(lines).decode())


def jobs(connection: sa.Connection, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield keys and intents of the jobs whose key begins so."""
    rows = connection.execute(
        sa.select(job.c.key, job.c.intent).where(job.c.key.startswith(prefix))
    )
    for key, intent in rows.all():
        yield key, intent


def settle(connection: sa.Connection, key: str, route: int, *conditions: Any) -> None:
    """Let the claim that a job's key names, WORD:DIGEST:STEWARD:ENTRY, have this route."""
    _, digest, steward, entry = key.split(':')
    connection.execute(
        sa.update(registration)
        .where(
            registration.c.digest == bytes.fromhex(digest),
            registration.c.steward == bytes.fromhex(steward),
            registration.c.accepted_entry == int(entry),
            registration.c.route == UNKNOWN,
            *conditions,
        )
        .values(route=route)
    )


def settle_signed(connection: sa.Connection, intent: dict[str, Any]) -> None:
    """Let the claims that an intent registers be of those that are signed elsewhere."""
    if intent.get('type') not in ('Register', 'RegisterMany'):
        return
    message = intent['message']
    for claim in message.get('registrations', [message]):
        connection.execute(
            sa.update(registration)
            .where(
                registration.c.digest == bytes.fromhex(claim['digest']),
                registration.c.steward == bytes.fromhex(claim['steward']),
                registration.c.route == UNKNOWN,
            )
            .values(route=ELSEWHERE)
        )


def settle_imported(connection: sa.Connection, lines: str) -> None:
    """Let the claims that an import's report calls registered be of those in bulk."""
    told = [json.loads(line) for line in lines.splitlines()]
    entries = [
        {'of_entry': line['index'], 'of_digest': bytes.fromhex(line['digest'])}
        for line in told
        if line['result'] == 'registered'
    ]
    if entries:
        connection.execute(
            sa.update(registration)
            .where(
                registration.c.accepted_entry == sa.bindparam('of_entry'),
                registration.c.digest == sa.bindparam('of_digest'),
                registration.c.route == UNKNOWN,
            )
            .values(route=BULK),
            entries,
        )


def downgrade() -> None:
    op.drop_column('registration', 'route')
