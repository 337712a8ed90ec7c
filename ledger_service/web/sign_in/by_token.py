"""Sign in by a token, which the browser sends once and does not keep."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import NotPermitted, TooManyAttempts
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import known_token
from ledger_service.web.sign_in.form_fields import Fields, read_fields
from ledger_service.web.sign_in.page import ask_again, entered
from ledger_service.web.signed_in import address_of, attempts_of, check_own_site, let_in

NAME = "token"
router = APIRouter(prefix=f"/sign-in/{NAME}", include_in_schema=False)


def is_set_up(_: Library) -> bool:
    """Return whether people can sign in so: always."""
    return True


@router.post("")
async def enter(request: Request) -> Response:
    """Begin a session for the token that the form holds, and lead to where the person wanted to be."""
    check_own_site(request)
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_enter, request, fields))


def _enter(request: Request, fields: Fields) -> Response:
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    try:
        attempts.check(address)
        kept = known_token(library.store, library.clock, fields["token"])
        answer = entered(request, fields["then"], kept.token.role)
        let_in(
            request, answer, kept.token.role, kept.token.subject, Way.BY_TOKEN, parent=kept.digest
        )
    except (NotPermitted, TooManyAttempts) as exc:
        attempts.failed(address)
        return ask_again(request, NAME, exc, fields["then"])
    return answer
