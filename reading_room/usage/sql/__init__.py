"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from ledger_service.domain.errors import InvalidCursor, InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest
from reading_room.usage.rules.hours import Actor, Cell, Hour, Use, hour_of
from reading_room.usage.sql.schema import hour, process, use


class SqlUsage:
    """Implements ports.UsageTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counted: Mapping[Cell, int], firsts: Mapping[Cell, int]) -> None:
        for cell, uses in counted.items():
            key = {"hour": cell.hour, "digest": cell.digest.value, "actor": cell.actor.value}
            one = and_(*(use.c[name] == value for name, value in key.items()))
            new = firsts.get(cell, 0)
            more = update(use).where(one)
            more = more.values(uses=use.c.uses + uses, firsts=use.c.firsts + new)
            if not self._connection.execute(more).rowcount:
                self._connection.execute(insert(use), {**key, "uses": uses, "firsts": new})

    def tell(self, name: str, at: int) -> None:
        told = update(process).where(process.c.id == name).values(told_at=at)
        if not self._connection.execute(told).rowcount:
            self._connection.execute(insert(process), {"id": name, "told_at": at})

    def leave(self, name: str) -> None:
        self._connection.execute(delete(process).where(process.c.id == name))

    def silent(self, since: int, until: int) -> list[str]:
        query = select(process.c.id).where(process.c.told_at >= since, process.c.told_at < until)
        return list(self._connection.scalars(query))

    def oldest_open(self) -> int | None:
        newest = select(func.coalesce(func.max(hour.c.hour), -1)).scalar_subquery()
        used = self._connection.scalar(select(func.min(use.c.hour)).where(use.c.hour > newest))
        told = self._connection.scalar(select(func.min(process.c.told_at)))
        found = [hour_of(at) for at in (used, told) if at is not None]
        return min(found, default=None)

    def uses(self, of: int) -> Iterator[Use]:
        query = select(use).where(use.c.hour == of).order_by(use.c.digest, use.c.actor)
        for row in self._connection.execute(query):
            yield _use(row)

    def page_of_uses(self, of: int, request: PageRequest) -> Page[Use]:
        query = select(use).where(use.c.hour == of)
        after = request.text()
        if after:
            digest, actor = _key(after)
            later = and_(use.c.digest == digest, use.c.actor > actor)
            query = query.where(or_(use.c.digest > digest, later))
        query = query.order_by(use.c.digest, use.c.actor).limit(request.limit + 1)
        rows = [_use(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda item: f"{item.digest} {item.actor.value}")

    def close(self, closed: Hour) -> None:
        self._connection.execute(insert(hour), vars(closed))

    def find(self, of: int) -> Hour | None:
        row = self._connection.execute(select(hour).where(hour.c.hour == of)).one_or_none()
        return None if row is None else _hour(row)

    def page(self, request: PageRequest) -> Page[Hour]:
        query, before = select(hour), request.number()
        if before is not None:
            query = query.where(hour.c.hour < before)
        query = query.order_by(hour.c.hour.desc()).limit(request.limit + 1)
        rows = [_hour(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda item: item.hour)


def _key(after: str) -> tuple[bytes, str]:
    digest, _, actor = after.partition(" ")
    try:
        return Digest.parse(digest).value, Actor(actor).value
    except (InvalidDigest, ValueError) as exc:
        raise InvalidCursor() from exc


def _use(row: Row[Any]) -> Use:
    return Use(Digest(row.digest), Actor(row.actor), row.uses)


def _hour(row: Row[Any]) -> Hour:
    return Hour(**row._mapping)
