"""Sign in by card number and passphrase; staff by their name and a passphrase."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import NotAuthenticated, TooManyAtOnce, TooManyAttempts
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.sign_in.local_accounts import let_in_by_card
from ledger_service.services.pools import PASSPHRASES
from ledger_service.web.sign_in.form_fields import Fields, read_fields
from ledger_service.web.sign_in.page import ask_again, entered
from ledger_service.web.signed_in import address_of, attempts_of, check_own_site, let_in

NAME = "card"
router = APIRouter(prefix=f"/sign-in/{NAME}", include_in_schema=False)


def is_set_up(_: Library) -> bool:
    """Return whether people can sign in so: always, once somebody is invited."""
    return True


@router.post("")
async def enter(request: Request) -> Response:
    """Begin a session for whoever has this card and passphrase, and lead to where they wanted to be."""
    check_own_site(request)
    fields = await read_fields(request)
    try:
        return await PASSPHRASES.run(partial(_enter, request, fields))
    except (NotAuthenticated, TooManyAttempts, TooManyAtOnce) as exc:
        return await run_in_threadpool(ask_again, request, NAME, exc, fields["then"])


def _enter(request: Request, fields: Fields) -> Response:
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    passphrase = fields.as_typed("passphrase")
    subject = let_in_by_card(library, attempts, address, fields["card"], passphrase)
    answer = entered(request, fields["then"], subject.role)
    let_in(request, answer, subject.role, subject.name, Way.CARD)
    return answer
