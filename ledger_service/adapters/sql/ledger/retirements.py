"""How many private parts were destroyed: older than they are kept, or of readers who were erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger_service.adapters.sql.ledger.schema import erased_parts, retirement
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.ports.paging import Page, PageRequest


class SqlRetirements:
    """Implements ports.RetirementTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, before: int) -> Retirement | None:
        query = select(retirement).where(retirement.c.before == before)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _retirement(row)

    def open(self) -> list[Retirement]:
        query = select(retirement).where(retirement.c.entry.is_(None))
        return [_retirement(row) for row in self._connection.execute(query)]

    def keep(self, item: Retirement) -> None:
        values = vars(item)
        changed = update(retirement).where(retirement.c.before == item.before).values(**values)
        if not self._connection.execute(changed).rowcount:
            self._connection.execute(insert(retirement), values)

    def add_of_erased(self, parts: int) -> None:
        self._connection.execute(update(erased_parts).values(parts=erased_parts.c.parts + parts))

    def of_erased(self) -> int:
        return int(self._connection.scalar(select(erased_parts.c.parts)) or 0)

    def page(self, request: PageRequest) -> Page[Retirement]:
        query, after = select(retirement), request.number()
        if after is not None:
            query = query.where(retirement.c.before < after)
        query = query.order_by(retirement.c.before.desc()).limit(request.limit + 1)
        rows = [_retirement(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda item: item.before)


def _retirement(row: Row[Any]) -> Retirement:
    return Retirement(row.before, row.parts, row.first, row.last, row.entry)
