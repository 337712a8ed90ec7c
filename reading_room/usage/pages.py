"""The page that tells librarians how much was used, and which titles readers were refused: what to buy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import Layout, library_of, session_of
from reading_room.usage.rules.chart import HEIGHT, WIDTH, draw
from reading_room.usage.rules.months import Month
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.verbs.months import list_months, list_turnaways

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = ()
Short = Annotated[str, Query(max_length=40)]


@router.get("/desk/usage", response_class=HTMLResponse)
def use(request: Request, since: Short = "", until: Short = "") -> HTMLResponse:
    """Show the months, and what was refused in them; by default the last twelve."""
    caller = session_of(request).caller
    reach(caller, Permission.USAGE_REPORT)
    library = library_of(request)
    now = Month.of(library.clock())
    first, last, refusal = Month(now.year - 1, now.number).next, now, None
    try:
        first, last = _asked(since, first), _asked(until, last)
        if first > last:
            raise InvalidInput("month", month=f"{first} – {last}")
    except InvalidInput as exc:
        first, last, refusal = Month(now.year - 1, now.number).next, now, exc
    found = list_turnaways(library, caller, SqlMonths, first, last)
    return layout.page(
        request,
        "usage.html",
        200 if refusal is None else 422,
        refusal=refusal,
        first=first,
        last=last,
        found=found,
        chart=draw(found.months, first, last),
        closed={totals.month: totals.entry for totals in list_months(library, SqlMonths)},
        width=WIDTH,
        height=HEIGHT,
        public_url=request.app.state.public_url,
        customer=library.key.name,
    )


def _asked(text: str, otherwise: Month) -> Month:
    return Month.parse(text) if text else otherwise
