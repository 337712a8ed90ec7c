"""Routes of months: anybody sees their totals; who may see reports sees their lines, and what was refused."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_service.api.door import AskedPage, InCaller, InLibrary, JsonRoute, Page, needs
from ledger_service.domain.people.permission import Permission
from reading_room.usage.api.shapes import MonthLineShape, TurnawaysShape, UsageMonthShape
from reading_room.usage.rules.months import Month
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.verbs.months import list_lines, list_months, list_turnaways

router = APIRouter(route_class=JsonRoute, tags=["usage"])
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
AskedMonth = Annotated[str, Path(pattern=MONTH_PATTERN, description="such as 2026-10, in UTC")]
AskedSince = Annotated[str | None, Query(pattern=MONTH_PATTERN, description="a month")]


@router.get("/usage/months", openapi_extra=needs(Permission.LIBRARY_READ))
def months(library: InLibrary) -> list[UsageMonthShape]:
    """List the totals of use of the months that are closed, newest first; each some day after its end."""
    return [UsageMonthShape.of_month(month) for month in list_months(library, SqlMonths)]


@router.get("/usage/months/{month}/lines", openapi_extra=needs(Permission.USAGE_REPORT))
def month_lines(
    library: InLibrary, caller: InCaller, month: AskedMonth, page: AskedPage
) -> Page[MonthLineShape]:
    """List what was counted of each resource in a month, as it stands below the month's root."""
    found = list_lines(library, caller, SqlMonths, Month.parse(month), page)
    return Page[MonthLineShape].of(found, MonthLineShape.of_line)


@router.get("/usage/turnaways", openapi_extra=needs(Permission.USAGE_REPORT))
def turnaways(
    library: InLibrary, caller: InCaller, since: AskedSince = None, until: AskedSince = None
) -> TurnawaysShape:
    """Tell what readers were refused most often in these months, by default the last twelve.

    The month that runs is told so far.
    """
    now = Month.of(library.clock())
    first = Month(now.year - 1, now.number).next if since is None else Month.parse(since)
    last = now if until is None else Month.parse(until)
    return TurnawaysShape.of(list_turnaways(library, caller, SqlMonths, first, last))
