"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ledger_service.domain.chain.block import Block
from ledger_service.domain.consortium.council_event import (
    CouncilEvent,
    CouncilEventKind,
    format_act,
    parse_act,
)
from ledger_service.domain.identifiers import Digest
from reading_room.consortium.ports import ReadTo
from reading_room.consortium.sql.schema import event, read


class SqlCouncil:
    """Implements ports.CouncilTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_to(self) -> ReadTo | None:
        row = self._connection.execute(select(read)).first()
        if row is None:
            return None
        return ReadTo(Digest(row.charter), Block(row.number, row.hash, row.time))

    def add(self, events: Sequence[CouncilEvent], read_to: ReadTo) -> None:
        if events:
            self._connection.execute(insert(event), [_row(one) for one in events])
        block = read_to.block
        self._connection.execute(delete(read))
        values = {"number": block.number, "hash": block.hash, "time": block.time}
        self._connection.execute(insert(read), {"charter": read_to.charter.value, **values})

    def clear(self) -> None:
        self._connection.execute(delete(event))
        self._connection.execute(delete(read))

    def newest(self, limit: int) -> list[CouncilEvent]:
        query = select(event).order_by(event.c.block.desc(), event.c.log_index.desc()).limit(limit)
        return [_event(row) for row in self._connection.execute(query)][::-1]


def _row(one: CouncilEvent) -> dict[str, Any]:
    return {**vars(one), "kind": one.kind.value, "act": format_act(one.act)}


def _event(row: Row[Any]) -> CouncilEvent:
    told = {**row._mapping, "kind": CouncilEventKind(row.kind), "act": parse_act(row.act)}
    return CouncilEvent(**told)
