"""The passkeys by which one is let in: add one, and take one away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.sign_in.passkeys import (
    add_passkey,
    ask_to_add,
    own_passkeys,
    remove_passkey,
)
from ledger_service.web.layout import (
    Fields,
    Layout,
    carried,
    let_carry,
    origin_of,
    own_path,
    put_down,
    read_fields,
    session_of,
)

PATH = "/me/sessions/passkeys"
PERMISSION = needs(Permission.TOKEN_REVOKE)
router = APIRouter(prefix=PATH, include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
Then = Annotated[str, Query(max_length=400)]
Given = Annotated[Fields, Depends(read_fields)]


@router.get("", response_class=HTMLResponse, openapi_extra=PERMISSION)
def show(request: Request, library: InLibrary, caller: InCaller, then: Then = "") -> Response:
    """Show the caller's passkeys, and let them add one. then: where they wanted to use it."""
    return _page(request, library, caller, then)


@router.post("", openapi_extra=PERMISSION)
def add(
    request: Request, library: InLibrary, caller: InCaller, fields: Given, then: Then = ""
) -> Response:
    """Let the caller in by a new passkey from now on."""
    try:
        by, carries = session_of(request).secret, carried(request)
        add_passkey(library, caller, by, origin_of(request), carries, fields["answer"])
    except LedgerError as exc:
        return _page(request, library, caller, then, exc)
    answer = RedirectResponse(own_path(then, PATH), 303)
    put_down(answer)
    return answer


@router.post("/remove", openapi_extra=PERMISSION)
def remove(library: InLibrary, caller: InCaller, fields: Given) -> Response:
    """Let nobody in by a passkey from now on."""
    remove_passkey(library, caller, fields["id"])
    return RedirectResponse(PATH, 303)


def _page(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    then: str,
    refusal: LedgerError | None = None,
) -> HTMLResponse:
    asked = ask_to_add(library, caller, origin_of(request))
    page = layout.own_page(
        request,
        "own_passkeys.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        passkeys=own_passkeys(library, caller),
        options=asked.options,
        then=own_path(then, ""),
    )
    let_carry(page, asked.flow)
    return page
