"""Sign in by a wallet: a page that shows the message, and takes its signature (docs/adr/0114)."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError, Unavailable
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.sign_in.by_wallet import (
    LONGEST_FIELD,
    account_in,
    begin_by_wallet,
    check_wallets,
    end_by_wallet,
    message_for,
)
from ledger_service.services.pools import WALLETS
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
)

NAME = "wallet"
TEMPLATE = "wallet.html"
SIGNED_OTHERWISE = (
    "sign-in-refused.wallet-signature",
    "sign-in-refused.wallet-signature-form",
)
"""After which the same message can be signed once more."""
router = APIRouter(prefix=f"/sign-in/{NAME}", include_in_schema=False)
AskedThen = Annotated[str, Query(max_length=LONGEST_THEN)]


def is_set_up(library: Library) -> bool:
    """Return whether wallets sign in here."""
    return library.limits.takes_wallets


@router.get("")
def begin(request: Request, then: AskedThen = "") -> Response:
    """Ask for the account, by the wallet of the browser or by hand."""
    library: Library = request.app.state.library
    if not keeps_cookies(request):
        return show_ways(request, then)
    try:
        check_wallets(library)
    except LedgerError as exc:
        return show_ways(request, then, exc, NAME, status_of(exc))
    page = _page(request)
    let_carry(page, begin_by_wallet(library, then))
    return page


@router.post("/message")
async def show_message(request: Request) -> Response:
    """Show the message that the wallet of this account is to sign."""
    check_own_site(request)
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_show_message, request, fields))


@router.post("")
async def enter(request: Request) -> Response:
    """Let in whose wallet signed the message."""
    check_own_site(request)
    fields = await read_fields(request)
    return await WALLETS.run(partial(_enter, request, fields))


def _show_message(request: Request, fields: Fields) -> Response:
    library, account = request.app.state.library, fields["address"]
    try:
        check_wallets(library)
        url = request.app.state.public_url
        message = message_for(library, url, account, carried(request))
    except LedgerError as exc:
        return _page(request, exc, account=account[:80])
    return _page(request, message=message, account=account)


def _enter(request: Request, fields: Fields) -> Response:
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    message = fields.as_typed("message")[:LONGEST_FIELD]
    try:
        attempts.check(address)
        url = request.app.state.public_url
        who = end_by_wallet(library, url, message, fields["signature"], carried(request))
        answer = entered(request, who.then, who.subject.role)
        let_in(request, answer, who.subject.role, who.subject.name, Way.WALLET)
    except LedgerError as exc:
        attempts.failed(address)
        if isinstance(exc, Unavailable) or exc.reason.name in SIGNED_OTHERWISE:
            return _page(request, exc, message, account_in(message))
        return _page(request, exc)
    put_down(answer)
    return answer


def _page(
    request: Request, refusal: LedgerError | None = None, message: str = "", account: str = ""
) -> Response:
    """Return the page in one of its steps: with a message, it asks for the signature."""
    status = 200 if refusal is None else status_of(refusal)
    page = layout.page(request, TEMPLATE, status, refusal=refusal, message=message, account=account)
    page.headers.update(PRIVATE_HEADERS)
    return page
