"""What the library's people did; appends write here by the driver itself, a row for many entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, update

from ledger_service.adapters.sql.driver import Driver
from ledger_service.adapters.sql.people.schema import act, colleague
from ledger_service.domain.people.act import Act, ActKind
from ledger_service.domain.people.caller import ActorClass
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import ActFilter, KeptAct


class SqlActs:
    """Implements ports.ActTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, holder: str, at: int, acts: Sequence[Act]) -> None:
        driver = Driver(self._connection)
        number = _number(driver, holder)
        driver.insert(
            "INSERT INTO act (at, colleague, kind, about, first_entry, entries, actor)",
            [(at, number, *_values(item)) for item in acts],
        )

    def page(self, which: ActFilter, request: PageRequest) -> Page[KeptAct]:
        asked = _asked(which)
        if (before := request.number()) is not None:
            asked.append(act.c.number < before)
        rows = self._connection.execute(
            select(act, colleague.c.name)
            .join(colleague, colleague.c.number == act.c.colleague)
            .where(*asked)
            .order_by(act.c.number.desc())
            .limit(request.limit + 1)
        )
        return Page.of([_kept(row) for row in rows], request, lambda found: found.number)

    def erase(self, holder: str) -> bool:
        query = update(colleague).where(colleague.c.name == holder).values(name=None)
        return self._connection.execute(query).rowcount > 0


def _values(item: Act) -> tuple[object, ...]:
    return item.kind.value, item.about, item.first_entry, item.entries, item.actor.value


def _number(driver: Driver, name: str) -> int:
    """Return the number of whoever has this name, a new one for a new name."""
    query = "SELECT number FROM colleague WHERE name = ?"
    rows = driver.rows(query, (name,))
    if not rows:
        driver.run("INSERT INTO colleague (name) VALUES (?)", (name,))
        rows = driver.rows(query, (name,))
    return int(rows[0][0])


def _asked(which: ActFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter."""
    asked: list[ColumnElement[bool]] = []
    if which.holder is not None:
        asked.append(colleague.c.name == which.holder)
    if which.kind is not None:
        asked.append(act.c.kind == which.kind.value)
    if which.since is not None:
        asked.append(act.c.at >= which.since)
    if which.until is not None:
        asked.append(act.c.at < which.until)
    either: list[ColumnElement[bool]] = []
    if which.about is not None:
        either.append(act.c.about == which.about)
    if which.entry is not None:
        first = act.c.first_entry
        either.append(and_(first <= which.entry, first + act.c.entries > which.entry))
    return [*asked, or_(*either)] if either else asked


def _kept(row: Row[Any]) -> KeptAct:
    actor = ActorClass(row.actor)
    done = Act(ActKind(row.kind), row.about, row.first_entry, row.entries, actor)
    return KeptAct(row.number, row.at, row.colleague, row.name, done)
