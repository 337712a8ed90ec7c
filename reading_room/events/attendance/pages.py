"""The screen that shows the code, and the page where a participant types it; neither needs a script."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import Conflict, InvalidInput, LedgerError, NoPlaceHeld
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.web.layout import PRIVATE_HEADERS, Fields, Layout, library_of, read_fields
from reading_room.events.attendance.closing import close_check_in, find_closed
from reading_room.events.attendance.limits import check_may_try, note_failure
from reading_room.events.attendance.sql import SqlAttendance
from reading_room.events.attendance.verbs import (
    Asked,
    check_in_all,
    find_own_sightings,
    open_check_in,
    show_code,
)
from reading_room.events.pages.frame import PATH, TIMES, SignedIn
from reading_room.events.sql import SqlEvents

router = APIRouter(prefix=PATH + "/{event}", include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
BOTH = (SqlEvents, SqlAttendance)
CHECK_IN = check_in_all(BOTH)
DEVICE = "muhr-check-in"  # a cookie that this page alone is sent
DEVICE_SECONDS = 12 * 3600
DEVICE_BYTES = 16
LONGEST_TYPED = 40


@router.get("/check-in", response_class=HTMLResponse)
def ask(
    request: Request,
    caller: SignedIn,
    event: str,
    code: Annotated[str, Query(max_length=LONGEST_TYPED)] = "",
) -> HTMLResponse:
    """Ask for the code, or for the button if a QR code brought it: a link alone checks nobody in."""
    return _own(request, caller, event, typed=code)


@router.post("/check-in")
async def check_in(request: Request, caller: SignedIn, event: str) -> Response:
    """Check in by the code that was typed."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_check_in, request, caller, event, fields))


@router.get("/screen", response_class=HTMLResponse)
def screen(request: Request, caller: SignedIn, event: str) -> HTMLResponse:
    """Show the code of now, and ask the browser to come back for the next."""
    return _screen(request, caller, event)


@router.post("/screen")
async def act(request: Request, caller: SignedIn, event: str) -> Response:
    """Open check-in, or close it and have the ledger attest who was there."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_act, request, caller, event, fields))


def _check_in(request: Request, caller: Caller, event: str, fields: Fields) -> Response:
    library = library_of(request)
    device = request.cookies.get(DEVICE, "")[:64] or secrets.token_hex(DEVICE_BYTES)
    asked = Asked(caller, event, fields["code"][:LONGEST_TYPED], device)
    try:
        check_may_try(request.app.state, asked)
        library.append(CHECK_IN, asked)
    except (InvalidInput, Conflict, NoPlaceHeld) as exc:
        note_failure(request.app.state, asked, exc)
        return _own(request, caller, event, exc, fields["code"])
    answer = RedirectResponse(f"{PATH}/{event}/check-in", 303)
    is_secure = urlsplit(request.app.state.public_url).scheme == "https"
    path = f"{PATH}/{event}/check-in"
    answer.set_cookie(
        DEVICE, device, DEVICE_SECONDS, path=path, secure=is_secure, httponly=True, samesite="lax"
    )
    return answer


def _act(request: Request, caller: Caller, event: str, fields: Fields) -> Response:
    library = library_of(request)
    try:
        if fields["do"] == "open":
            rule = _number(fields["times"] or "1"), _number(fields["minutes"] or "0")
            open_check_in(library, BOTH, caller, event, *rule)
        elif fields["do"] == "close":
            close_check_in(library, BOTH, caller, event)
        else:
            raise InvalidInput("unknown-parameter", name="do", known="open, close")
    except (InvalidInput, Conflict) as exc:
        return _screen(request, caller, event, exc)
    return RedirectResponse(f"{PATH}/{event}/screen", 303)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise InvalidInput("not-a-number", text=text[:40])
    return int(text)


def _own(
    request: Request,
    caller: Caller,
    event: str,
    refusal: LedgerError | None = None,
    typed: str = "",
) -> HTMLResponse:
    seen = find_own_sightings(library_of(request), BOTH, caller, event)
    status = 200 if refusal is None else 422
    values = {"seen": seen, "typed": typed, "refusal": refusal, **TIMES}
    page = layout.page(request, "check_in.html", status, **values)
    page.headers.update(PRIVATE_HEADERS)
    return page


def _screen(
    request: Request, caller: Caller, event: str, refusal: LedgerError | None = None
) -> HTMLResponse:
    library = library_of(request)
    shown = show_code(library, BOTH, caller, event)
    is_attested = shown.check_in is not None and shown.check_in.statement is not None
    link = f"{library.public_url}{PATH}/{event}/check-in?code={shown.code}"
    values = {
        "shown": shown,
        "is_open": bool(shown.code),
        "may_close": holds(caller, Permission.CREDENTIAL_ISSUE),
        "closed": find_closed(library, BOTH, caller, event) if is_attested else None,
        "qr": segno.make_qr(link, error="m").svg_inline(border=4, omitsize=True)
        if shown.code
        else "",
        "address": f"{library.public_url}{PATH}/{event}/check-in",
        "refusal": refusal,
        **TIMES,
    }
    page = layout.page(request, "screen.html", 200 if refusal is None else 422, **values)
    page.headers.update(PRIVATE_HEADERS)
    if shown.code and refusal is None:
        page.headers["Refresh"] = str(shown.left + 1)
    return page
