"""entries in bundles of 256, tree nodes in tiles

Rows are moved as they are: nothing is hashed again, so what was wrong before is still wrong after.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

WIDTH, HEIGHT = 256, 8

entry = sa.table('entry', sa.column('index', sa.BigInteger), sa.column('body', sa.LargeBinary))
node = sa.table(
    'node',
    sa.column('level', sa.Integer),
    sa.column('index', sa.BigInteger),
    sa.column('hash', sa.LargeBinary),
)


def upgrade() -> None:
    bundle = op.create_table('bundle',
    sa.Column('start', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('start', name=op.f('pk_bundle'))
    )
    tile = op.create_table('tile',
    sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('hashes', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'number', name=op.f('pk_tile'))
    )
    connection = op.get_bind()
    last = connection.scalar(sa.select(sa.func.max(entry.c.index)))
    size = 0 if last is None else last + 1
    for start in range(0, size, WIDTH):
        move_bundle(connection, bundle, start, size)
    level = 0
    while size >> level * HEIGHT:
        width = size >> level * HEIGHT
        for number in range((width + WIDTH - 1) // WIDTH):
            move_tile(connection, tile, level, number)
        level += 1
    for table, column in (
        ('registration', 'accepted_entry'),
        ('registration', 'registered_entry'),
        ('private_part', 'entry'),
        ('opening', 'entry'),
        ('job', 'entry'),
    ):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f'fk_{table}_{column}'), type_='foreignkey')
    op.drop_table('node')
    op.drop_table('entry')


def move_bundle(connection: sa.Connection, bundle: sa.Table, start: int, size: int) -> None:
    """Move up to 256 entries into one row: for each, uint16 big-endian length ‖ entry."""
    bodies = connection.scalars(
        sa.select(entry.c.body)
        .where(entry.c.index.between(start, start + WIDTH - 1))
        .order_by(entry.c.index)
    ).all()
    if len(bodies) != min(WIDTH, size - start):
        raise RuntimeError(f"The database lacks entries from index {start} on; restore a copy.")
    body = b"".join(len(item).to_bytes(2, "big") + item for item in bodies)
    connection.execute(
        sa.insert(bundle), {"start": start, "width": len(bodies), "body": body}
    )


def move_tile(connection: sa.Connection, tile: sa.Table, level: int, number: int) -> None:
    """Move the nodes of eight levels into one row, 256 + 128 + … + 2; zeros are not there yet."""
    hashes = b""
    for inner in range(HEIGHT):
        width = WIDTH >> inner
        found = connection.scalars(
            sa.select(node.c.hash)
            .where(node.c.level == level * HEIGHT + inner)
            .where(node.c.index.between(number * width, (number + 1) * width - 1))
            .order_by(node.c.index)
        ).all()
        hashes += b"".join(found).ljust(width * 32, b"\0")
    connection.execute(
        sa.insert(tile), {"level": level, "number": number, "hashes": hashes}
    )


def downgrade() -> None:
    raise NotImplementedError("Restore a copy of the database from before this version.")
