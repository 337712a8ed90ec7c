"""The way in and out, and the page that shows which work there is. The token comes in a form's body only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    LedgerError,
    NotAuthenticated,
    NotPermitted,
    RoleNotHeld,
)
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import authenticate
from ledger_service.web.layout import library_of
from reading_room.desk.pages.forms import read_fields
from reading_room.desk.pages.visitors import (
    COOKIE,
    PATH,
    SignedIn,
    check_own_site,
    keep_key,
    show,
)
from reading_room.desk.sql import SqlDesk
from reading_room.desk.verbs.sign_in import Visitor, sign_in, sign_out, visitor_of

router = APIRouter(prefix=PATH, include_in_schema=False)
AskedNext = Annotated[str, Query(max_length=2000)]


@router.get("")
def desk(request: Request, next: AskedNext = "") -> Response:
    """Show the work there is to whoever is signed in; ask others for a token."""
    library = library_of(request)
    try:
        visitor = visitor_of(library, SqlDesk, request.cookies.get(COOKIE, ""))
    except NotAuthenticated as exc:
        had_one = COOKIE in request.cookies
        return show(request, "desk_sign_in.html", None, next=next, refusal=exc if had_one else None)
    return show(request, "desk_home.html", visitor)


@router.post("")
async def enter(request: Request) -> Response:
    """Begin a session for the token that the form holds, and lead to where the person wanted to be."""
    library = library_of(request)
    check_own_site(request)
    fields = await read_fields(request)
    wanted = fields["next"]
    try:
        key, visitor = await run_in_threadpool(_enter, library, fields["token"])
    except NotPermitted as exc:
        return await run_in_threadpool(_ask_again, request, wanted, exc)
    answer = RedirectResponse(wanted if _is_of_desk(wanted) else PATH, 303)
    keep_key(request, answer, key, visitor.until - library.clock())
    return answer


@router.post("/leave")
def leave(request: Request, visitor: SignedIn) -> Response:
    """End the session, and let the browser forget its key."""
    sign_out(library_of(request), SqlDesk, visitor.caller, request.cookies[COOKIE])
    answer = RedirectResponse(PATH, 303)
    keep_key(request, answer, "", 0)
    return answer


def _enter(library: Library, secret: str) -> tuple[str, Visitor]:
    """Return what `sign_in` does for whoever holds this token."""
    caller = authenticate(library.store, library.clock, library.steward, secret)
    try:
        return sign_in(library, SqlDesk, caller, secret)
    except RoleNotHeld as exc:
        told = exc.reason.values
        raise RoleNotHeld("desk", roles=told["roles"], held=told["held"]) from exc


def _ask_again(request: Request, wanted: str, refusal: LedgerError) -> Response:
    status = 401 if isinstance(refusal, NotAuthenticated) else 403
    return show(request, "desk_sign_in.html", None, status, refusal, next=wanted)


def _is_of_desk(path: str) -> bool:
    """Return whether a path is a page of the desk: nobody is led elsewhere by a link."""
    is_plain = path.isascii() and path.isprintable() and "\\" not in path
    return is_plain and path.startswith(PATH + "/")
