"""a job is named by columns: what it is about, and what sets it apart

The names are read once from the keys, such as `renew:<grant>:<until>`, that spelled them before. Leases,
which last for seconds, are dropped: who holds one takes it again.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'

ROWS = 1000  # read and written together


def upgrade() -> None:
    op.add_column('job', sa.Column('subject', sa.LargeBinary(length=32), nullable=True))
    op.add_column('job', sa.Column('details', sa.String(length=100), nullable=True))
    _name_all()
    with op.batch_alter_table('job') as batch:
        batch.alter_column('subject', existing_type=sa.LargeBinary(length=32), nullable=False)
        batch.alter_column('details', existing_type=sa.String(length=100), nullable=False)
        batch.drop_constraint(op.f('uq_job_key'), type_='unique')
        batch.drop_column('key')
        batch.drop_column('entry')
        batch.create_unique_constraint(
            op.f('uq_job_subject_kind_details'), ['subject', 'kind', 'details']
        )
    op.drop_table('lease')
    op.create_table('lease',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'name', name=op.f('pk_lease'))
    )


def _name_all() -> None:
    connection, last = op.get_bind(), 0
    job = sa.table('job', *map(sa.column, ('id', 'key', 'intent', 'subject', 'details')))
    named = sa.update(job).where(job.c.id == sa.bindparam('of')).values(
        subject=sa.bindparam('about'), details=sa.bindparam('apart')
    )
    page = sa.select(job.c.id, job.c.key, job.c.intent).order_by(job.c.id).limit(ROWS)
    while rows := connection.execute(page.where(job.c.id > last)).all():
        last = rows[-1].id
        names = [(row.id, *_name(row.key, row.intent)) for row in rows]
        connection.execute(
            named, [{'of': id_, 'about': about, 'apart': apart} for id_, about, apart in names]
        )


def _name(key: str, intent: str) -> tuple[bytes, str]:
    """Return subject and details of a job by the key that it had."""
    word, subject, *rest = key.split(':')
    if word == 'anchor':  # anchor:<size>:<second>
        return bytes.fromhex(json.loads(intent)['root']), ':'.join([subject, *rest])
    if word in ('register', 'promote'):  # register:<digest>:<steward>:<entry>
        rest = rest[1:]
    if word == 'resource':  # resource:<digest>:supersede:<successor>:<relation>
        rest = rest[1:]
    return bytes.fromhex(subject), ':'.join(rest)


def downgrade() -> None:
    raise NotImplementedError('The keys that jobs had are not kept.')
