"""The ledger's own tables: entries, Merkle nodes, private parts and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from ledger_service.adapters.sql.schema import checkpoint, entry, node, private_part
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.merkle import Frontier, Node, NodeName
from ledger_service.ports import PrivatePart, SignedCheckpoint


class SqlLedger:
    """Implements ports.LedgerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        top = self._connection.scalar(select(func.max(entry.c.index)))
        return 0 if top is None else int(top) + 1

    def frontier(self) -> Frontier:
        return Frontier.load(self.size(), self.read_nodes)

    def append(self, index: int, kind: str, body: bytes, nodes: Sequence[Node]) -> None:
        self._connection.execute(insert(entry), {"index": index, "kind": kind, "body": body})
        self._connection.execute(
            insert(node),
            [{"level": name.level, "index": name.offset, "hash": value} for name, value in nodes],
        )

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of these nodes, in this order, by one query."""
        if not names:
            return []
        wanted = or_(
            *(and_(node.c.level == name.level, node.c.index == name.offset) for name in set(names))
        )
        rows = self._connection.execute(
            select(node.c.level, node.c.index, node.c.hash).where(wanted)
        )
        found = {NodeName(level, index): value for level, index, value in rows}
        missing = [name for name in names if name not in found]
        if missing:
            raise EntryNotFound(f"The ledger lacks the tree node {missing[0]}; check the database.")
        return [found[name] for name in names]

    def entries(self, start: int, limit: int) -> list[bytes]:
        rows = self._connection.scalars(
            select(entry.c.body)
            .where(entry.c.index >= start, entry.c.index < start + limit)
            .order_by(entry.c.index)
        )
        return list(rows)

    def add_private_part(self, index: int, salt: bytes, body: bytes) -> None:
        self._connection.execute(insert(private_part), {"entry": index, "salt": salt, "body": body})

    def private_parts(self, start: int, limit: int) -> list[PrivatePart]:
        rows = self._connection.execute(
            select(private_part)
            .where(private_part.c.entry >= start)
            .order_by(private_part.c.entry)
            .limit(limit)
        )
        return [PrivatePart(*row) for row in rows]


class SqlCheckpoints:
    """Implements ports.CheckpointTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, size: int) -> SignedCheckpoint | None:
        """Return the signed checkpoint of this size."""
        return self._first(
            and_(checkpoint.c.note.is_not(None), checkpoint.c.size == size), newest=True
        )

    def latest(self) -> SignedCheckpoint | None:
        return self._first(checkpoint.c.note.is_not(None), newest=True)

    def latest_anchored(self) -> SignedCheckpoint | None:
        return self._first(checkpoint.c.block.is_not(None), newest=True)

    def first_anchored_above(self, index: int) -> SignedCheckpoint | None:
        """Return the oldest anchored checkpoint that covers the entry at this index."""
        return self._first(
            and_(checkpoint.c.block.is_not(None), checkpoint.c.size > index), newest=False
        )

    def _first(self, condition: Any, *, newest: bool) -> SignedCheckpoint | None:
        order = checkpoint.c.size.desc() if newest else checkpoint.c.size.asc()
        row = self._connection.execute(
            select(checkpoint).where(condition).order_by(order).limit(1)
        ).one_or_none()
        if row is None:
            return None
        transaction = None if row.transaction is None else row.transaction.hex()
        return SignedCheckpoint(row.size, row.root, row.note, row.block, transaction)

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

    def _set(self, size: int, **values: Any) -> None:
        self._connection.execute(
            update(checkpoint).where(checkpoint.c.size == size).values(**values)
        )
