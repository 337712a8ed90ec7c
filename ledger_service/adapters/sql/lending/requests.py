"""What readers asked to be lent, in the order in which it was accepted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, not_, select, update

from ledger_service.adapters.sql.lending.schema import grant, request
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.request import (
    OPEN_REQUEST_STATES,
    REQUEST_STATES_IN_LINE,
    Request,
    RequestState,
)
from ledger_service.ports.lending import RequestFilter
from ledger_service.ports.paging import Page, PageRequest

_IS_OPEN = request.c.state.in_([state.value for state in OPEN_REQUEST_STATES])


class SqlRequests:
    """Implements ports.RequestTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Request) -> Request:
        values = {
            "id": item.id,
            "digest": item.digest.value,
            "steward": item.steward.value,
            "reader": item.reader,
            "seconds": item.seconds,
            "asked_at": item.asked_at,
            **_changing(item),
        }
        done = self._connection.execute(insert(request).values(values))
        [serial] = done.inserted_primary_key or (0,)
        return replace(item, serial=int(serial))

    def find(self, name: str) -> Request | None:
        return self._first(request.c.id == name)

    def of_grant(self, grant_id: GrantId) -> Request | None:
        return self._first(request.c.grant == grant_id.value)

    def open_of(self, reader: str, digest: Digest, steward: StewardId) -> Request | None:
        return self._first(request.c.reader == reader, *_of(digest, steward), _IS_OPEN)

    def line(self, digest: Digest, steward: StewardId) -> list[Request]:
        asked = select(request).where(*_of(digest, steward), _IS_OPEN)
        return [_request(row) for row in self._connection.execute(asked.order_by(request.c.serial))]

    def in_line(self, steward: StewardId, digests: Collection[Digest]) -> dict[Digest, int]:
        asked = sorted(digest.value for digest in digests)
        states = [state.value for state in REQUEST_STATES_IN_LINE]
        query = select(request.c.digest, func.count()).where(
            request.c.digest.in_(asked),
            request.c.steward == steward.value,
            request.c.state.in_(states),
        )
        rows = self._connection.execute(query.group_by(request.c.digest))
        return {Digest(bytes(digest)): int(count) for digest, count in rows}

    def lines(self, steward: StewardId) -> list[Digest]:
        asked = select(request.c.digest).where(request.c.steward == steward.value, _IS_OPEN)
        return [Digest(value) for value in self._connection.scalars(asked.distinct())]

    def count_open(self, reader: str) -> int:
        counted = select(func.count()).where(request.c.reader == reader, _IS_OPEN)
        return int(self._connection.scalar(counted) or 0)

    def page(self, which: RequestFilter, asked: PageRequest) -> Page[Request]:
        query, after = select(request).where(*_asked(which)), asked.number()
        if after is not None:
            query = query.where(request.c.serial > after)
        rows = self._connection.execute(query.order_by(request.c.serial).limit(asked.limit + 1))
        return Page.of(rows.all(), asked, lambda row: int(row.serial)).map(_request)

    def replace(self, item: Request) -> None:
        changed = update(request).where(request.c.serial == item.serial)
        self._connection.execute(changed.values(_changing(item)))

    def forget_reader(self, reader: str) -> None:
        self._connection.execute(delete(request).where(request.c.reader == reader))

    def has_ended(self, before: int) -> bool:
        found = select(request.c.serial).where(*_ended(before)).limit(1)
        return self._connection.execute(found).first() is not None

    def forget_ended(self, before: int) -> None:
        self._connection.execute(delete(request).where(*_ended(before)))

    def _first(self, *conditions: ColumnElement[bool]) -> Request | None:
        asked = select(request).where(*conditions).order_by(request.c.serial.desc()).limit(1)
        row = self._connection.execute(asked).first()
        return None if row is None else _request(row)


def _of(digest: Digest, steward: StewardId) -> tuple[ColumnElement[bool], ...]:
    return request.c.digest == digest.value, request.c.steward == steward.value


def _ended(before: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of requests that ended before a time, and whose grants did."""
    lent = select(grant.c.id).where(grant.c.id == request.c.grant, grant.c.until > before)
    return not_(_IS_OPEN), request.c.changed_at < before, not_(lent.exists())


def _asked(which: RequestFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter."""
    asked: list[ColumnElement[bool]] = []
    if which.digest is not None:
        asked.append(request.c.digest == which.digest.value)
    if which.reader is not None:
        asked.append(request.c.reader == which.reader)
    if which.state is not None:
        asked.append(request.c.state == which.state.value)
    if which.is_open is not None:
        asked.append(_IS_OPEN if which.is_open else not_(_IS_OPEN))
    return asked


def _changing(item: Request) -> dict[str, object]:
    """Return the values that change while a request goes its way."""
    return {
        "state": item.state.value,
        "approved": item.approved,
        "changed_at": item.changed_at,
        "held_until": item.held_until,
        "grant": None if item.grant is None else item.grant.value,
        "why": item.why,
    }


def _request(row: Row[Any]) -> Request:
    return Request(
        serial=row.serial,
        id=row.id,
        digest=Digest(row.digest),
        steward=StewardId(row.steward),
        reader=row.reader,
        seconds=row.seconds,
        state=RequestState(row.state),
        asked_at=row.asked_at,
        changed_at=row.changed_at,
        approved=row.approved,
        held_until=row.held_until,
        grant=None if row.grant is None else GrantId(row.grant),
        why=row.why,
    )
