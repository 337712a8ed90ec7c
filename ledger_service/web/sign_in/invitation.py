"""The page of a link by which somebody who was invited sets a passphrase, once."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import InvalidInput, InvitationNotFound, LedgerError
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.sign_in.invite import accept_invitation, find_invitation
from ledger_service.services.pools import PASSPHRASES
from ledger_service.web.sign_in.form_fields import Fields, read_fields
from ledger_service.web.sign_in.page import entered, layout
from ledger_service.web.signed_in import (
    PRIVATE_HEADERS,
    address_of,
    attempts_of,
    check_own_site,
    keeps_cookies,
    let_in,
)

router = APIRouter(prefix="/invitation", include_in_schema=False)
Secret = Annotated[str, Path(max_length=100)]


@router.get("/{secret}")
def show(request: Request, secret: Secret) -> Response:
    """Ask whoever was invited for the card number and a passphrase."""
    attempts_of(request).check(address_of(request))
    try:
        find_invitation(request.app.state.library, secret)
    except InvitationNotFound as exc:
        attempts_of(request).failed(address_of(request))
        return _page(request, secret, exc, is_over=True)
    return _page(request, secret)


@router.post("/{secret}")
async def accept(request: Request, secret: Secret) -> Response:
    """Keep the passphrase, and begin a session for whoever set it."""
    check_own_site(request)
    fields = await read_fields(request)
    try:
        return await PASSPHRASES.run(partial(_accept, request, secret, fields))
    except (InvitationNotFound, InvalidInput) as exc:
        return await run_in_threadpool(_page, request, secret, exc, card=fields["card"])


def _accept(request: Request, secret: str, fields: Fields) -> Response:
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    attempts.check(address, secret.encode("utf-8", "replace"))
    try:
        subject = accept_invitation(library, secret, fields["card"], fields.as_typed("passphrase"))
    except InvitationNotFound:
        attempts.failed(address, secret.encode("utf-8", "replace"))
        raise
    answer = entered(request, "", subject.role)
    let_in(request, answer, subject.role, subject.name, Way.CARD)
    return answer


def _page(
    request: Request,
    secret: str,
    refusal: LedgerError | None = None,
    *,
    card: str = "",
    is_over: bool = False,
) -> Response:
    status = 200 if refusal is None else 404 if isinstance(refusal, InvitationNotFound) else 422
    page = layout.page(
        request,
        "invitation.html",
        status,
        secret=secret,
        refusal=refusal,
        card=card,
        is_over=is_over,
        keeps_cookies=keeps_cookies(request),
    )
    page.headers.update({**PRIVATE_HEADERS, "X-Robots-Tag": "noindex"})
    return page
