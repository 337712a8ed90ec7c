"""The tables of months: what was counted, by resource, and the totals of those that are closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update

from ledger_service.domain.errors import InvalidCursor, InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest
from reading_room.usage.rules.hours import Actor
from reading_room.usage.rules.months import Access, Counts, Month, MonthLine, MonthTotals
from reading_room.usage.sql.schema import month, month_line, use

ROWS_AT_ONCE = 500
COUNTS = ("requests", "unique_requests", "no_license", "limit_exceeded")
_COUNTED = [month_line.c[name] for name in COUNTS]
_SUMS = [func.coalesce(func.sum(column), 0).label(column.name) for column in _COUNTED]
_ONE_LINE = and_(
    month_line.c.month == bindparam("of"),
    month_line.c.digest == bindparam("named"),
    month_line.c.access == bindparam("by"),
)
_ADD = (
    update(month_line)
    .where(_ONE_LINE)
    .values({column.name: column + bindparam(f"more_{column.name}") for column in _COUNTED})
)
_SET_KIND = (
    update(month_line)
    .where(month_line.c.month == bindparam("of"), month_line.c.digest == bindparam("named"))
    .values(kind=bindparam("is_kind"), year=bindparam("of_year"))
)


class SqlMonths:
    """Implements ports.MonthTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counted_to(self) -> int | None:
        found: int | None = self._connection.scalar(select(func.max(month.c.until)))
        return found

    def first_use(self) -> int | None:
        found: int | None = self._connection.scalar(select(func.min(use.c.hour)))
        return found

    def add(self, of: Month, until: int, parts: int, counted: Mapping[Digest, Counts]) -> None:
        self._add_parts(of, until, parts)
        named = sorted(digest.value for digest in counted)
        for start in range(0, len(named), ROWS_AT_ONCE):
            self._add_lines(of, named[start : start + ROWS_AT_ONCE], counted)

    def _add_parts(self, of: Month, until: int, parts: int) -> None:
        more = {"until": until, "parts": month.c.parts + parts}
        one = update(month).where(month.c.month == str(of)).values(more)
        if not self._connection.execute(one).rowcount:
            row = {"month": str(of), "until": until, "parts": parts, "lines": 0}
            self._connection.execute(insert(month), row | dict.fromkeys(COUNTS, 0))

    def _add_lines(self, of: Month, named: list[bytes], counted: Mapping[Digest, Counts]) -> None:
        there = set(
            self._connection.scalars(
                select(month_line.c.digest).where(
                    month_line.c.month == str(of),
                    month_line.c.access == Access.CONTROLLED.value,
                    month_line.c.digest.in_(named),
                )
            )
        )
        key = {"of": str(of), "by": Access.CONTROLLED.value}
        told = {name: counted[Digest(name)].to_json() for name in named}
        more = [
            {**key, "named": name, **{f"more_{what}": n for what, n in told[name].items()}}
            for name in named
            if name in there
        ]
        new = [
            {"month": str(of), "digest": name, "access": Access.CONTROLLED.value, **told[name]}
            for name in named
            if name not in there
        ]
        if more:
            self._connection.execute(_ADD, more)
        if new:
            self._connection.execute(insert(month_line).values(kind="", year=0), new)

    def add_open(self, of: Month) -> None:
        there = select(month_line.c.digest).where(
            month_line.c.month == str(of), month_line.c.access == Access.OPEN.value
        )
        found = (
            select(use.c.digest, func.sum(use.c.uses), func.sum(use.c.firsts))
            .where(use.c.hour >= of.begin, use.c.hour < of.end)
            .where(use.c.actor == Actor.HUMAN.value, use.c.digest.not_in(there))
            .group_by(use.c.digest)
        )
        none = {"kind": "", "year": 0, "no_license": 0, "limit_exceeded": 0}
        rows = [
            {
                "month": str(of),
                "digest": digest,
                "access": Access.OPEN.value,
                "requests": uses,
                "unique_requests": firsts,
                **none,
            }
            for digest, uses, firsts in self._connection.execute(found)
        ]
        if rows:
            self._connection.execute(insert(month_line), rows)

    def without_kind(self, of: Month, limit: int) -> list[Digest]:
        named = select(month_line.c.digest).where(
            month_line.c.month == str(of), month_line.c.kind == ""
        )
        query = named.distinct().order_by(month_line.c.digest).limit(limit)
        return [Digest(value) for value in self._connection.scalars(query)]

    def set_kinds(self, of: Month, kinds: Mapping[Digest, tuple[str, int]]) -> None:
        rows = [
            {"of": str(of), "named": digest.value, "is_kind": kind, "of_year": year}
            for digest, (kind, year) in kinds.items()
        ]
        if rows:
            self._connection.execute(_SET_KIND, rows)

    def open_months(self) -> list[tuple[Month, int, int]]:
        query = select(month.c.month, month.c.until, month.c.parts).where(month.c.entry.is_(None))
        rows = self._connection.execute(query.order_by(month.c.month))
        return [(Month.parse(row.month), row.until, row.parts) for row in rows]

    def lines(self, of: Month) -> Iterator[MonthLine]:
        query = select(month_line).where(month_line.c.month == str(of))
        query = query.order_by(month_line.c.digest, month_line.c.access)
        rows = self._connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for row in rows:
            yield _line(row)

    def close(self, totals: MonthTotals) -> None:
        values = {
            "lines": totals.lines,
            "root": totals.root,
            "entry": totals.entry,
            **totals.counts.to_json(),
        }
        one = update(month).where(month.c.month == str(totals.month))
        self._connection.execute(one.values(values))

    def find(self, of: Month) -> MonthTotals | None:
        query = _CLOSED.where(month.c.month == str(of))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _totals(row)

    def closed(self) -> list[MonthTotals]:
        return [_totals(row) for row in self._connection.execute(_CLOSED.order_by(month.c.month))]

    def page_of_lines(self, of: Month, request: PageRequest) -> Page[MonthLine]:
        query = select(month_line).where(month_line.c.month == str(of))
        after = request.text()
        if after:
            digest, _, access = after.partition(" ")
            key = (month_line.c.digest, month_line.c.access)
            query = query.where(
                (key[0] > _bytes(digest)) | ((key[0] == _bytes(digest)) & (key[1] > access))
            )
        query = query.order_by(month_line.c.digest, month_line.c.access).limit(request.limit + 1)
        rows = [_line(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda item: f"{item.digest} {item.access.value}")

    def lines_between(
        self, first: Month, last: Month, after: Digest | None, limit: int
    ) -> list[tuple[Month, MonthLine]]:
        asked = month_line.c.month.between(str(first), str(last))
        named = select(month_line.c.digest).where(asked).distinct()
        if after is not None:
            named = named.where(month_line.c.digest > after.value)
        named = named.order_by(month_line.c.digest).limit(limit)
        query = select(month_line).where(asked, month_line.c.digest.in_(named.scalar_subquery()))
        query = query.order_by(month_line.c.digest, month_line.c.month, month_line.c.access)
        return [(Month.parse(row.month), _line(row)) for row in self._connection.execute(query)]

    def sums(self, first: Month, last: Month) -> list[tuple[Month, str, Counts]]:
        query = (
            select(month_line.c.month, month_line.c.kind, *_SUMS)
            .where(month_line.c.month.between(str(first), str(last)))
            .group_by(month_line.c.month, month_line.c.kind)
            .order_by(month_line.c.kind, month_line.c.month)
        )
        rows = self._connection.execute(query)
        return [(Month.parse(row.month), row.kind, _counts(row)) for row in rows]

    def by_month(self, first: Month, last: Month) -> list[tuple[Month, Counts]]:
        query = (
            select(month_line.c.month, *_SUMS)
            .where(month_line.c.month.between(str(first), str(last)))
            .group_by(month_line.c.month)
            .order_by(month_line.c.month)
        )
        return [(Month.parse(row.month), _counts(row)) for row in self._connection.execute(query)]

    def most_refused(self, first: Month, last: Month, limit: int) -> list[tuple[Digest, Counts]]:
        by = month_line.c.no_license + month_line.c.limit_exceeded
        query = (
            select(month_line.c.digest, *_SUMS)
            .where(month_line.c.month.between(str(first), str(last)))
            .group_by(month_line.c.digest)
            .having(func.sum(by) > 0)
            .order_by(func.sum(by).desc(), month_line.c.digest)
            .limit(limit)
        )
        return [(Digest(row.digest), _counts(row)) for row in self._connection.execute(query)]


_CLOSED = select(month).where(month.c.entry.is_not(None))


def _bytes(digest: str) -> bytes:
    try:
        return Digest.parse(digest).value
    except InvalidDigest as exc:
        raise InvalidCursor() from exc


def _counts(row: Row[Any]) -> Counts:
    return Counts(*(int(getattr(row, name)) for name in COUNTS))


def _line(row: Row[Any]) -> MonthLine:
    return MonthLine(Digest(row.digest), Access(row.access), row.kind, row.year, _counts(row))


def _totals(row: Row[Any]) -> MonthTotals:
    of = Month.parse(row.month)
    return MonthTotals(of, row.parts, row.lines, _counts(row), row.root, row.entry)
