"""Which private parts were looked at: ranges of entries, by the entry that says so.

When and by whom stands in that entry's private part alone, so that what is erased there is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select

from ledger_service.adapters.sql.ledger.schema import private_part
from ledger_service.adapters.sql.people.schema import look
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest

AT_ONCE = 200  # entries, in one question


class SqlLooks:
    """Implements ports.LookTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: int, ranges: Sequence[tuple[int, int]]) -> None:
        rows = [{"entry": entry, "first": first, "last": last} for first, last in ranges]
        self._connection.execute(insert(look), rows)

    def page(self, request: PageRequest) -> Page[PrivatePart]:
        return self._page(request, look.c.first >= 0)

    def page_at(self, entries: Sequence[int], request: PageRequest) -> Page[PrivatePart]:
        found: dict[int, PrivatePart] = {}
        for start in range(0, len(entries), AT_ONCE):
            some = entries[start : start + AT_ONCE]
            within = [and_(look.c.first <= entry, look.c.last >= entry) for entry in some]
            found |= {part.entry: part for part in self._parts(request, or_(*within))}
        newest = [found[entry] for entry in sorted(found, reverse=True)]
        return Page.of(newest[: request.limit + 1], request, lambda part: part.entry)

    def _page(self, request: PageRequest, asked: ColumnElement[bool]) -> Page[PrivatePart]:
        return Page.of(self._parts(request, asked), request, lambda part: part.entry)

    def _parts(self, request: PageRequest, asked: ColumnElement[bool]) -> list[PrivatePart]:
        before = request.number()
        query = (
            select(private_part.c.entry, private_part.c.salt, private_part.c.body)
            .where(
                private_part.c.entry.in_(select(look.c.entry).where(asked)),
                private_part.c.body.is_not(None),
                *([] if before is None else [private_part.c.entry < before]),
            )
            .order_by(private_part.c.entry.desc())
            .limit(request.limit + 1)
        )
        return [PrivatePart(*row) for row in self._connection.execute(query)]
