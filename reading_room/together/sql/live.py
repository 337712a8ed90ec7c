"""The log of papers in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select
from sqlalchemy import update as change

from reading_room.together.live.ports import KeptFold, KeptUpdate, Mark
from reading_room.together.rules.project import PaperId
from reading_room.together.sql.schema import client, fold, update

CLIENTS_A_QUERY = 500


class SqlLive:
    """Implements live.ports.LiveTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def after(self, paper: PaperId, number: int, until: int | None = None) -> list[KeptUpdate]:
        query = select(update).where(update.c.paper == paper, update.c.number > number)
        if until is not None:
            query = query.where(update.c.number <= until)
        return [_update(row) for row in self._connection.execute(query.order_by(update.c.number))]

    def marks(self, paper: PaperId) -> list[Mark]:
        query = select(update.c.number, update.c.member, update.c.at)
        query = query.where(update.c.paper == paper).order_by(update.c.number)
        return [Mark(*row) for row in self._connection.execute(query)]

    def newest(self) -> int:
        return self._connection.scalar(select(func.max(update.c.number))) or 0

    def papers_after(self, number: int, limit: int) -> list[tuple[int, PaperId]]:
        query = select(update.c.number, update.c.paper).where(update.c.number > number)
        query = query.order_by(update.c.number).limit(limit)
        return [(row.number, PaperId(row.paper)) for row in self._connection.execute(query)]

    def add(self, paper: PaperId, at: int, updates: Sequence[tuple[int, bytes]]) -> list[int]:
        statement = insert(update).returning(update.c.number, sort_by_parameter_order=True)
        rows = [
            {"paper": paper, "member": member, "at": at, "sealed": sealed}
            for member, sealed in updates
        ]
        return list(self._connection.scalars(statement, rows)) if rows else []

    def replace(self, number: int, sealed: bytes, instead_of: Sequence[int]) -> None:
        statement = change(update).where(update.c.number == number)
        self._connection.execute(statement, {"sealed": sealed})
        self._connection.execute(delete(update).where(update.c.number.in_(instead_of)))

    def clients(self, paper: PaperId) -> dict[int, int]:
        query = select(client.c.client, client.c.member).where(client.c.paper == paper)
        return {row.client: row.member for row in self._connection.execute(query)}

    def bind(self, paper: PaperId, clients: Mapping[int, int]) -> bool:
        asked = list(clients)
        known: dict[int, int] = {}
        for at in range(0, len(asked), CLIENTS_A_QUERY):
            some = asked[at : at + CLIENTS_A_QUERY]
            query = select(client).where(client.c.paper == paper, client.c.client.in_(some))
            known |= {row.client: row.member for row in self._connection.execute(query)}
        if any(clients[one] != member for one, member in known.items()):
            return False
        new = [
            {"paper": paper, "client": one, "member": clients[one]}
            for one in asked
            if one not in known
        ]
        if new:
            self._connection.execute(insert(client), new)
        return True

    def folds(self, paper: PaperId) -> list[KeptFold]:
        return [_fold(row) for row in self._connection.execute(_folds(paper))]

    def fold_bytes(self, paper: PaperId, number: int) -> list[bytes]:
        query = select(fold.c.sealed).where(fold.c.paper == paper, fold.c.number == number)
        return [bytes(one) for one in self._connection.scalars(query.order_by(fold.c.piece))]

    def add_piece(self, new: KeptFold, piece: int, sealed: bytes, *, is_last: bool) -> None:
        row = {
            "paper": new.paper,
            "number": new.number,
            "piece": piece,
            "at": new.at,
            "size_bytes": new.size_bytes,
            "is_last": is_last,
            "sealed": sealed,
        }
        self._connection.execute(insert(fold), row)

    def remove_fold(self, paper: PaperId, number: int) -> None:
        which = and_(fold.c.paper == paper, fold.c.number == number)
        self._connection.execute(delete(fold).where(which))


def _folds(paper: PaperId) -> Any:
    columns = (fold.c.paper, fold.c.number, fold.c.at, fold.c.size_bytes)
    query = select(*columns).where(fold.c.paper == paper, fold.c.is_last)
    return query.order_by(fold.c.number.desc())


def _update(row: Row[Any]) -> KeptUpdate:
    return KeptUpdate(row.number, PaperId(row.paper), row.member, row.at, bytes(row.sealed))


def _fold(row: Row[Any]) -> KeptFold:
    return KeptFold(PaperId(row.paper), row.number, row.at, row.size_bytes)
