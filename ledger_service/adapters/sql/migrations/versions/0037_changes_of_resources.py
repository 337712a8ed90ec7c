"""which entry last changed each registration, on which shelf it stands, and of what it is a part

The lists are made of the registrations and of the ledger's entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger_service.domain.resources.record_parts import PartOf
from ledger_service.domain.resources.search import collection_id

revision = '0037'
down_revision = '0036'

KINDS = ('registered', 'described', 'superseded', 'rendition', 'taken-back', 'withdrawn', 'rejected')
SIGNS = [f'"kind":"{kind}"'.encode() for kind in KINDS]
ELSEWHERE = 2  # of routes: what was claimed so waits for the chain
AT_ONCE = 1000
LISTED = f'(route <> {ELSEWHERE} OR registered_entry IS NOT NULL)'


def upgrade() -> None:
    make_tables()
    connection = op.get_bind()
    pairs = connection.execute(sa.text('SELECT DISTINCT license, steward FROM registration')).all()
    for number, (license_id, steward) in enumerate(pairs, 1):
        run('INSERT INTO change_shelf (number, license, steward) VALUES (:a, :b, :c)',
            a=number, b=license_id, c=steward)
    run('INSERT INTO resource_change (registration, entry, at, shelf) '
        'SELECT accepted_entry, accepted_entry, accepted_at, s.number FROM registration r '
        f'JOIN change_shelf s ON s.license = r.license AND s.steward = r.steward WHERE {LISTED}')
    for index, value in changes(connection):
        run('UPDATE resource_change SET entry = :entry, at = :at WHERE registration IN ('
            'SELECT accepted_entry FROM registration r JOIN steward s ON s.number = r.steward '
            'WHERE r.digest = :digest AND s.id = :steward)',
            entry=index, at=value['at'], digest=bytes.fromhex(value['digest']),
            steward=bytes.fromhex(value['steward']))
    let_times_grow(connection)
    add_members(connection)


def make_tables() -> None:
    op.create_table(
        'change_shelf',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('license', sa.LargeBinary(32), nullable=False),
        sa.Column('steward', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('number', name='pk_change_shelf'),
        sa.UniqueConstraint('license', 'steward', name='uq_change_shelf_license_steward'),
    )
    row_id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'resource_change',
        sa.Column('registration', row_id, autoincrement=False, nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('shelf', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('registration', name='pk_resource_change'),
    )
    op.create_index('ix_resource_change_shelf_at_entry', 'resource_change', ['shelf', 'at', 'entry'])
    op.create_table(
        'resource_collection',
        sa.Column('id', sa.LargeBinary(16), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_resource_collection'),
    )
    op.create_table(
        'change_member',
        sa.Column('collection', sa.LargeBinary(16), nullable=False),
        sa.Column('at', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('entry', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('registration', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('collection', 'at', 'entry', name='pk_change_member'),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_change_member_registration', 'change_member', ['registration'])


def run(words: str, **values: Any) -> None:
    op.get_bind().execute(sa.text(words), values)


def changes(connection: sa.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the entries that changed a registration, with their indexes, in order."""
    start = 0
    while True:
        query = 'SELECT start, width, body FROM bundle WHERE start >= :start ORDER BY start LIMIT 16'
        rows = connection.execute(sa.text(query), {'start': start}).all()
        if not rows:
            return
        for begin, width, stored in rows:
            body, start = bytes(stored), begin + width
            if any(sign in body for sign in SIGNS):
                yield from changes_in(begin, body)


def changes_in(index: int, body: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    at = 0
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], 'big')
        entry = body[at + 2 : end]
        if any(sign in entry for sign in SIGNS):
            yield index, json.loads(entry)
        index, at = index + 1, end


def let_times_grow(connection: sa.Connection) -> None:
    """Let no change have an earlier time than one before it; a clock may have been set back."""
    after, latest = -1, 0
    while True:
        query = (
            'SELECT entry, at, registration FROM resource_change WHERE entry > :after '
            'ORDER BY entry LIMIT 100000'
        )
        rows = connection.execute(sa.text(query), {'after': after}).all()
        if not rows:
            return
        for entry, at, registration in rows:
            after, latest = entry, max(at, latest)
            if at < latest:
                run('UPDATE resource_change SET at = :at WHERE registration = :registration',
                    at=latest, registration=registration)


def add_members(connection: sa.Connection) -> None:
    newest = (
        '(SELECT d.further FROM description d WHERE d.digest = r.digest AND d.steward = s.id '
        'ORDER BY d.revision DESC LIMIT 1)'
    )
    is_described = 'EXISTS (SELECT 1 FROM description d WHERE d.digest = r.digest AND d.steward = s.id)'
    further = f'CASE WHEN {is_described} THEN {newest} ELSE r.further END'
    after = -1
    while True:
        rows = connection.execute(
            sa.text(
                f'SELECT c.registration, c.entry, c.at, {further} AS told FROM resource_change c '
                'JOIN registration r ON r.accepted_entry = c.registration '
                'JOIN steward s ON s.number = r.steward '
                'WHERE c.registration > :after ORDER BY c.registration LIMIT :limit'
            ),
            {'after': after, 'limit': AT_ONCE},
        ).all()
        if not rows:
            return
        after = rows[-1][0]
        for registration, entry, at, told in rows:
            hosts = json.loads(told).get('part_of', []) if told and '"part_of":' in told else []
            named = {bytes.fromhex(collection_id(PartOf.read(host))): host for host in hosts}
            for key, host in named.items():
                title = host if isinstance(host, str) else host['title']
                run('INSERT INTO resource_collection (id, title) VALUES (:key, :title) '
                    'ON CONFLICT DO NOTHING', key=key, title=title)
                run('INSERT INTO change_member (collection, at, entry, registration) '
                    'VALUES (:key, :at, :entry, :registration)',
                    key=key, at=at, entry=entry, registration=registration)


def downgrade() -> None:
    for table in ('change_member', 'resource_collection', 'resource_change', 'change_shelf'):
        op.drop_table(table)
