"""Sign in by a passkey: a page that has the browser show one, and takes what it answers."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.sign_in.passkeys import ask_for_passkey, let_in_by_passkey
from ledger_service.web.sign_in.flow_cookie import carried, let_carry, put_down
from ledger_service.web.sign_in.form_fields import Fields, read_fields
from ledger_service.web.sign_in.page import LONGEST_THEN, entered, layout, show_ways, status_of
from ledger_service.web.signed_in import (
    PRIVATE_HEADERS,
    address_of,
    attempts_of,
    check_own_site,
    keeps_cookies,
    let_in,
    origin_of,
)

NAME = "passkey"
router = APIRouter(prefix=f"/sign-in/{NAME}", include_in_schema=False)
AskedThen = Annotated[str, Query(max_length=LONGEST_THEN)]


def is_set_up(_: Library) -> bool:
    """Return whether people can sign in so: always, once they have added a passkey."""
    return True


@router.get("")
def begin(request: Request, then: AskedThen = "") -> Response:
    """Ask the browser for a passkey."""
    if not keeps_cookies(request):
        return show_ways(request, then)
    return _page(request, then)


@router.post("")
async def end(request: Request) -> Response:
    """Begin a session for whoever has the passkey, and lead to where they wanted to be."""
    check_own_site(request)
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_end, request, fields))


def _end(request: Request, fields: Fields) -> Response:
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    try:
        attempts.check(address)
        who = let_in_by_passkey(library, origin_of(request), carried(request), fields["answer"])
        subject = who.subject
        answer = entered(request, who.then, subject.role)
        let_in(request, answer, subject.role, subject.name, Way.PASSKEY, who.parent)
    except LedgerError as exc:
        attempts.failed(address)
        return _page(request, "", exc)
    put_down(answer)
    return answer


def _page(request: Request, then: str, refusal: LedgerError | None = None) -> Response:
    asked = ask_for_passkey(request.app.state.library, origin_of(request), then)
    status = 200 if refusal is None else status_of(refusal)
    page = layout.page(
        request, "passkey.html", status, options=asked.options, refusal=refusal, then=then
    )
    page.headers.update(PRIVATE_HEADERS)
    let_carry(page, asked.flow)
    return page
