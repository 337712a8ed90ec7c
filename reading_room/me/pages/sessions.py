"""By what one is signed in: browsers, tokens of one's own and the passphrase; each can be ended at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.people.way import Way
from ledger_service.services.people.own_tokens import (
    end_all_others,
    list_own,
    make_token,
    own_scopes,
)
from ledger_service.services.people.revoke_token import revoke_token
from ledger_service.services.people.sign_in.local_accounts import change_passphrase
from ledger_service.services.pools import PASSPHRASES
from ledger_service.web.layout import (
    Fields,
    Layout,
    OwnLink,
    address_of,
    attempts_of,
    let_in,
    read_fields,
    session_of,
)

PATH = "/me/sessions"
LINK = OwnLink(PATH, "page.own-sessions.title", "page.own-sessions.about", Permission.TOKEN_REVOKE)
DAY_SECONDS = 86_400
MOST_DAYS = 366
PERMISSION = needs(Permission.TOKEN_REVOKE)
router = APIRouter(prefix=PATH, include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
Given = Annotated[Fields, Depends(read_fields)]


@router.get("", response_class=HTMLResponse, openapi_extra=PERMISSION)
def show(request: Request, library: InLibrary, caller: InCaller) -> Response:
    """Show by what the caller is let in."""
    return _page(request, library, caller)


@router.post("/end", openapi_extra=PERMISSION)
def end(request: Request, library: InLibrary, caller: InCaller, fields: Given) -> Response:
    """End a browser's session or a token: it lets nobody in from this answer on."""
    try:
        revoke_token(library.store, library.clock, caller, fields["id"])
    except LedgerError as exc:
        return _page(request, library, caller, exc)
    return RedirectResponse(PATH, 303)


@router.post("/end-others", openapi_extra=PERMISSION)
def end_others(request: Request, library: InLibrary, caller: InCaller) -> Response:
    """End all but the browser in which one is."""
    end_all_others(library.store, library.clock, caller, session_of(request).secret)
    return RedirectResponse(PATH, 303)


@router.get("/new-token", response_class=HTMLResponse, openapi_extra=needs(Permission.TOKEN_MAKE))
def ask(request: Request, caller: InCaller) -> HTMLResponse:
    """Ask what a token is to be made for."""
    return _asking(request, caller)


@router.post("/tokens", response_class=HTMLResponse, openapi_extra=needs(Permission.TOKEN_MAKE))
def make(request: Request, library: InLibrary, caller: InCaller, fields: Given) -> Response:
    """Make a token that may do what is chosen, and show it once."""
    try:
        seconds = _days(fields["days"]) * DAY_SECONDS
        secret, _ = make_token(
            library.store,
            library.clock,
            caller,
            session_of(request).secret,
            fields.all("scope"),
            seconds,
        )
    except LedgerError as exc:
        return _asking(request, caller, exc)
    return _page(request, library, caller, secret=secret)


@router.post("/passphrase", openapi_extra=PERMISSION)
async def change(request: Request, library: InLibrary, caller: InCaller, fields: Given) -> Response:
    """Keep another passphrase; every other browser must sign in anew."""
    try:
        return await PASSPHRASES.run(partial(_change, request, library, caller, fields))
    except LedgerError as exc:
        return await run_in_threadpool(_page, request, library, caller, exc)


def _change(request: Request, library: Any, caller: Any, fields: Fields) -> Response:
    change_passphrase(
        library,
        caller,
        attempts_of(request),
        address_of(request),
        fields["card"],
        fields.as_typed("old"),
        fields.as_typed("new"),
    )
    answer = RedirectResponse(PATH, 303)
    [role] = caller.roles
    let_in(request, answer, role, caller.subject, Way.CARD)
    return answer


def _page(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    refusal: LedgerError | None = None,
    secret: str = "",
) -> HTMLResponse:
    now = library.clock()
    standing = [kept for kept in list_own(library.store, caller) if kept.token.expires_at > now]
    told: dict[str, object] = {
        "browsers": [kept for kept in standing if kept.token.way is not Way.TOKEN],
        "tokens": [kept for kept in standing if kept.token.way is Way.TOKEN],
        "mine": _mine(request),
        "secret": secret,
    }
    status = 201 if secret else 200 if refusal is None else 422
    return layout.own_page(request, "own_sessions.html", caller, status, refusal, **told)


def _asking(request: Request, caller: InCaller, refusal: LedgerError | None = None) -> HTMLResponse:
    scopes = own_scopes(caller.roles, caller.scopes)
    status = 200 if refusal is None else 422
    return layout.own_page(request, "own_token.html", caller, status, refusal, scopes=scopes)


def _mine(request: Request) -> str:
    """Return the id of the session in which this is asked; nothing for who sends a token."""
    try:
        return session_of(request).kept.id
    except LedgerError:
        return ""


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MOST_DAYS):
        raise InvalidInput("token-lifetime")
    return int(text)
