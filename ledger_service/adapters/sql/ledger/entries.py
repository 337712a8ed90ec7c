"""The ledger's own tables: entries, Merkle nodes, private parts and checkpoints."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from ledger_service.adapters.sql.ledger.bundles import Bundles
from ledger_service.adapters.sql.ledger.schema import checkpoint, private_part, told_event
from ledger_service.adapters.sql.ledger.tiles import Tiles
from ledger_service.domain.ledger.merkle import Frontier, NodeName, NodeRun
from ledger_service.ports.ledger import PrivatePart, SignedCheckpoint

# Built once, since every round of the worker asks.
SIGNED = select(checkpoint).where(checkpoint.c.note.is_not(None))
ANCHORED = select(checkpoint).where(checkpoint.c.block.is_not(None))
OF_SIZE = SIGNED.where(checkpoint.c.size == bindparam("wanted"))
NEWEST_SIGNED = SIGNED.order_by(checkpoint.c.size.desc()).limit(1)
RECENT = SIGNED.order_by(checkpoint.c.size.desc()).limit(bindparam("most"))
NEWEST_ANCHORED = ANCHORED.order_by(checkpoint.c.size.desc()).limit(1)
ROWS_AT_ONCE = 1_000
PART = private_part.c.entry, private_part.c.salt, private_part.c.body
FIND_TOLD = select(told_event.c.entry).where(told_event.c.name == bindparam("wanted"))
FIRST_ANCHORED_ABOVE = (
    ANCHORED.where(checkpoint.c.size > bindparam("index")).order_by(checkpoint.c.size).limit(1)
)


class SqlLedger:
    """Implements ports.LedgerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._bundles = Bundles(connection)
        self._tiles = Tiles(connection)

    def size(self) -> int:
        return self._bundles.size()

    def frontier(self) -> Frontier:
        return Frontier.load(self.size(), self.read_nodes)

    def append(self, start: int, bodies: Sequence[bytes], nodes: Sequence[NodeRun]) -> None:
        """Store consecutive entries from index `start`, the ledger's size, and their tree nodes."""
        self._bundles.append(start, bodies)
        self._tiles.append(nodes)

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of these nodes, in this order; raise EntryNotFound if one is missing."""
        return self._tiles.read_nodes(names)

    def hash_tile(self, level: int, number: int, width: int) -> bytes:
        return self._tiles.hash_tile(level, number, width)

    def entries(self, start: int, limit: int) -> list[bytes]:
        return self._bundles.entries(start, limit)

    def entry_bundle(self, number: int, width: int) -> bytes:
        return self._bundles.bundle(number, width)

    def add_told(self, name: bytes, index: int) -> None:
        self._connection.execute(insert(told_event), {"name": name, "entry": index})

    def find_told(self, name: bytes) -> int | None:
        return self._connection.execute(FIND_TOLD, {"wanted": name}).scalar_one_or_none()

    def add_private_part(self, part: PrivatePart, at: int, reader: bytes | None) -> None:
        row = {"entry": part.entry, "salt": part.salt, "body": part.body}
        self._connection.execute(insert(private_part), {**row, "at": at, "reader": reader})

    def private_parts(self, start: int, limit: int) -> list[PrivatePart]:
        rows = self._connection.execute(
            select(*PART)
            .where(private_part.c.entry >= start)
            .order_by(private_part.c.entry)
            .limit(limit)
        )
        return [PrivatePart(*row) for row in rows]

    def private_parts_of(self, readers: Collection[bytes]) -> list[PrivatePart]:
        asked = private_part.c.reader.in_(sorted(readers))
        query = select(*PART).where(asked).order_by(private_part.c.entry)
        return [PrivatePart(*row) for row in self._connection.execute(query)]

    def first_private_part(self, since: int = 0) -> int | None:
        at = private_part.c.at
        query = select(at).where(at >= since, private_part.c.reader.is_not(None))
        found: int | None = self._connection.scalar(query.order_by(at).limit(1))
        return found

    def private_parts_in(self, since: int, until: int) -> Iterator[tuple[int, bytes, bytes]]:
        at, reader, body = private_part.c.at, private_part.c.reader, private_part.c.body
        query = select(at, reader, body).where(at >= since, at < until, reader.is_not(None))
        query = query.order_by(at, private_part.c.entry)
        rows = self._connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for some in rows.partitions():
            yield from some  # rows are tuples

    def private_parts_before(self, at: int, limit: int) -> list[int]:
        query = select(private_part.c.entry).where(private_part.c.at < at)
        return list(self._connection.scalars(query.order_by(private_part.c.at).limit(limit)))

    def count_private_parts_before(self, at: int) -> int:
        query = select(func.count()).select_from(private_part).where(private_part.c.at < at)
        return int(self._connection.scalar(query) or 0)

    def erase_private_parts(self, entries: Collection[int]) -> int:
        asked = private_part.c.entry.in_(sorted(entries))
        return self._connection.execute(
            update(private_part)
            .where(asked, private_part.c.body.is_not(None))
            .values(salt=None, body=None, reader=None, at=None)
        ).rowcount


class SqlCheckpoints:
    """Implements ports.CheckpointTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, size: int) -> SignedCheckpoint | None:
        """Return the signed checkpoint of this size."""
        return self._one(OF_SIZE, {"wanted": size})

    def latest(self) -> SignedCheckpoint | None:
        return self._one(NEWEST_SIGNED)

    def latest_anchored(self) -> SignedCheckpoint | None:
        return self._one(NEWEST_ANCHORED)

    def first_anchored_above(self, index: int) -> SignedCheckpoint | None:
        """Return the oldest anchored checkpoint that covers the entry at this index."""
        return self._one(FIRST_ANCHORED_ABOVE, {"index": index})

    def recent(self, limit: int) -> list[tuple[SignedCheckpoint, int]]:
        rows = self._connection.execute(RECENT, {"most": limit})
        return [(_checkpoint(row), row.at) for row in rows]

    def _one(
        self, query: Select[Any], values: Mapping[str, int] | None = None
    ) -> SignedCheckpoint | None:
        row = self._connection.execute(query, values).one_or_none()
        if row is None:
            return None
        return _checkpoint(row)

    def add(self, size: int, root: bytes, at: int) -> None:
        self._connection.execute(insert(checkpoint), {"size": size, "root": root, "at": at})

    def unsigned(self) -> list[tuple[int, bytes]]:
        rows = self._connection.execute(
            select(checkpoint.c.size, checkpoint.c.root)
            .where(checkpoint.c.note.is_(None))
            .order_by(checkpoint.c.size)
        )
        return [(row.size, row.root) for row in rows]

    def set_note(self, size: int, note: str) -> None:
        self._set(size, note=note)

    def set_anchor(self, size: int, block: int, transaction: str) -> None:
        self._set(size, block=block, transaction=bytes.fromhex(transaction))

    def unset_anchor(self, size: int) -> None:
        self._set(size, block=None, transaction=None)

    def _set(self, size: int, **values: Any) -> None:
        self._connection.execute(
            update(checkpoint).where(checkpoint.c.size == size).values(**values)
        )


def _checkpoint(row: Any) -> SignedCheckpoint:
    transaction = None if row.transaction is None else row.transaction.hex()
    return SignedCheckpoint(row.size, row.root, row.note, row.block, transaction)
