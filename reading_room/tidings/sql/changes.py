"""The list of changes in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger_service.domain.identifiers import Digest, StewardId
from reading_room.tidings.rules.change import Change, ChangeKind
from reading_room.tidings.sql.schema import change, read


class SqlChanges:
    """Implements ports.ChangeTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_to(self) -> int:
        return int(self._connection.scalar(select(read.c.size)) or 0)

    def set_read_to(self, size: int) -> None:
        if not self._connection.execute(update(read).values(size=size)).rowcount:
            self._connection.execute(insert(read), {"only": 0, "size": size})

    def newest(self, steward: StewardId | None = None, until: int | None = None) -> int:
        query = select(func.max(change.c.number))
        if steward is not None:
            query = query.where(change.c.steward == steward.value)
        if until is not None:
            query = query.where(change.c.number <= until)
        return int(self._connection.scalar(query) or 0)

    def next_after(self, number: int, steward: StewardId | None = None) -> int:
        query = select(func.min(change.c.number)).where(change.c.number > number)
        if steward is not None:
            query = query.where(change.c.steward == steward.value)
        return int(self._connection.scalar(query) or 0)

    def add(self, changes: Sequence[Change]) -> None:
        if changes:
            self._connection.execute(insert(change), [_values(item) for item in changes])

    def between(self, first: int, last: int, steward: StewardId | None = None) -> list[Change]:
        query = select(change).where(change.c.number.between(first, last))
        if steward is not None:
            query = query.where(change.c.steward == steward.value)
        rows = self._connection.execute(query.order_by(change.c.number.desc()))
        return [_change(row) for row in rows]

    def some_after(self, number: int, kinds: Collection[ChangeKind], limit: int) -> list[Change]:
        query = select(change).where(change.c.number > number)
        query = query.where(change.c.kind.in_([kind.value for kind in kinds]))
        rows = self._connection.execute(query.order_by(change.c.number).limit(limit))
        return [_change(row) for row in rows]


def _values(item: Change) -> dict[str, Any]:
    return {
        **vars(item),
        "kind": item.kind.value,
        "digest": item.digest.value,
        "steward": item.steward.value,
        "other": None if item.other is None else item.other.value,
    }


def _change(row: Row[Any]) -> Change:
    told = dict(row._mapping)
    return Change(
        **{
            **told,
            "kind": ChangeKind(row.kind),
            "digest": Digest(bytes(row.digest)),
            "steward": StewardId(bytes(row.steward)),
            "other": None if row.other is None else Digest(bytes(row.other)),
        }
    )
