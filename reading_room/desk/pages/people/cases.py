"""Auditors' cases: opened for a time and about something, and closed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCase, InvalidCursor, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.case import LONGEST_NAME, LONGEST_SECONDS, MOST_ABOUT, Case
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.people.keep_colleagues import list_colleagues
from ledger_service.services.people.open_case import close_case, list_cases, open_case
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/people/cases"
ROWS = 25
DAY_SECONDS = 86_400
router = APIRouter(prefix=PATH, include_in_schema=False)
Viewer = Annotated[Visitor, Depends(with_permission(Permission.CASE_READ))]
Opener = Annotated[Visitor, Depends(with_permission(Permission.CASE_OPEN))]
Closer = Annotated[Visitor, Depends(with_permission(Permission.CASE_CLOSE))]


@router.get("")
def list_(
    request: Request, visitor: Viewer, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Show cases, newest first: to an auditor their own."""
    return _list(request, visitor, cursor)


@router.post("")
async def open_(request: Request, visitor: Opener) -> Response:
    """Let an auditor look at what is private, until the begin of a day in UTC."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_open, request, visitor, given))


@router.post("/{case}/close")
async def close(request: Request, visitor: Closer, case: str) -> Response:
    """End a case: its auditor looks at nothing by it from this answer on."""
    await read_fields(request)
    library = library_of(request)
    act = partial(close_case, library.store, library.clock, visitor.caller, case)
    await run_in_threadpool(act)
    return RedirectResponse(PATH, 303)


def _open(request: Request, visitor: Visitor, given: Fields) -> Response:
    library = library_of(request)
    try:
        about = frozenset(Digest.parse(word.lower()) for word in given["about"].split()) or None
        until = _seconds(given["until"])
        asked = given["name"], given["auditor"], until, about
        open_case(library.store, library.clock, visitor.caller, *asked)
    except LedgerError as exc:
        return _list(request, visitor, refusal=exc, given=given)
    return RedirectResponse(PATH, 303)


def _list(
    request: Request,
    visitor: Visitor,
    cursor: str = "",
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    library, caller, now = library_of(request), visitor.caller, library_of(request).clock()
    try:
        page = list_cases(library.store, caller, PageRequest(cursor, ROWS))
    except InvalidCursor as exc:
        page, refusal = Page[Case]([], None), refusal or exc
    is_told = holds(caller, Permission.COLLEAGUE_READ)
    colleagues = list_colleagues(library.store, caller) if is_told else []
    return show(
        request,
        "desk_cases.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        page=page,
        is_first=not cursor,
        now=now,
        names={item.number: item.name for item in colleagues},
        auditors=[item.name for item in colleagues if Role.AUDITOR in item.since],
        given=given or Fields(),
        first_day=_day(now + DAY_SECONDS),
        last_day=_day(now + LONGEST_SECONDS),
        longest_name=LONGEST_NAME,
        most_about=MOST_ABOUT,
    )


def _seconds(day: str) -> int:
    try:
        return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError as exc:
        raise InvalidCase("until") from exc


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
