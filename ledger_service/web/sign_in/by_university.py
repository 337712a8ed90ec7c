"""Sign in by the account of a university: there, and back again (docs/adr/0113)."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    LedgerError,
    NotAuthenticated,
    ProviderNotFound,
    SignInRefused,
)
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.domain.people.way import Way
from ledger_service.services.library import Library
from ledger_service.services.people.connect_provider import find_provider, list_providers
from ledger_service.services.people.sign_in.by_university import (
    Answer,
    begin_at_university,
    end_at_university,
    sign_out_by_university,
)
from ledger_service.services.pools import PROVIDERS
from ledger_service.web.sign_in.flow_cookie import carried, let_carry, put_down
from ledger_service.web.sign_in.form_fields import Fields, read_fields
from ledger_service.web.sign_in.page import LONGEST_THEN, entered, layout, show_ways, status_of
from ledger_service.web.signed_in import (
    PRIVATE_HEADERS,
    address_of,
    attempts_of,
    keeps_cookies,
    let_in,
)

NAME = "university"
COOKIE = "__Host-muhr-university"
"""The name of the university by which the browser signed in, so that it can be signed out there, too."""
COOKIE_SECONDS = 24 * 3600
router = APIRouter(prefix=f"/sign-in/{NAME}", include_in_schema=False)
AskedThen = Annotated[str, Query(max_length=LONGEST_THEN)]
Part = Annotated[str, Query(max_length=4096)]
Issuer = Annotated[str | None, Query(max_length=4096)]


def is_set_up(library: Library) -> list[IdentityProvider]:
    """Return the universities whose accounts sign in here."""
    return list_providers(library.store)


@router.get("/{name}")
@PROVIDERS.takes
def begin(request: Request, name: str, then: AskedThen = "") -> Response:
    """Send the browser to the university."""
    library: Library = request.app.state.library
    try:
        if not keeps_cookies(request):
            raise NotAuthenticated("plain-http")
        attempts_of(request).check(address_of(request))
        url = request.app.state.public_url
        address, sealed = begin_at_university(library, name, url, then)
    except LedgerError as exc:
        return show_ways(request, then, exc, NAME, status_of(exc))
    answer = RedirectResponse(address, 303)
    let_carry(answer, sealed)
    return answer


@router.get("/{name}/answer")
@PROVIDERS.takes
def end(
    request: Request,
    name: str,
    state: Part = "",
    code: Part = "",
    iss: Issuer = None,
    error: Part = "",
) -> Response:
    """Judge what the browser brings back, and let in whom it lets in."""
    library: Library = request.app.state.library
    attempts, address = attempts_of(request), address_of(request)
    given = Answer(state, code, iss, error)
    try:
        attempts.check(address)
        url = request.app.state.public_url
        who = end_at_university(library, name, url, given, carried(request))
        answer = entered(request, who.then, who.subject.role)
        let_in(request, answer, who.subject.role, who.subject.name, Way.UNIVERSITY)
    except LedgerError as exc:
        attempts.failed(address)
        answer = show_ways(request, "", exc, NAME, status_of(exc))
    else:
        _keep(answer, name, COOKIE_SECONDS)
    put_down(answer)
    return answer


@router.post("/{name}/logout-token")
async def leave_by_token(request: Request, name: str) -> Response:
    """End the sessions of whoever signed out at the university, which says so by itself."""
    fields = await read_fields(request)
    return await PROVIDERS.run(partial(_leave, request, name, fields))


@router.get("/{name}/left")
@PROVIDERS.takes
def left(request: Request, name: str) -> Response:
    """Tell whoever has signed out here that they may be signed in at the university still."""
    library: Library = request.app.state.library
    back = request.app.state.public_url + "/"
    try:
        provider = find_provider(library.store, name)
    except ProviderNotFound:  # it was removed meanwhile
        answer = RedirectResponse("/", 303)
        _keep(answer, "", 0)
        return answer
    try:
        address = library.universities.logout_address(provider, back)
    except LedgerError:  # it is away, and people are signed out here all the same
        address = None
    page = layout.page(request, "signed_out.html", provider=provider, address=address)
    page.headers.update(PRIVATE_HEADERS)
    _keep(page, "", 0)
    return page


def _leave(request: Request, name: str, fields: Fields) -> Response:
    attempts, address = attempts_of(request), address_of(request)
    headers = {"Cache-Control": "no-store"}
    try:
        attempts.check(address)
        sign_out_by_university(request.app.state.library, name, fields["logout_token"])
    except SignInRefused:
        attempts.failed(address)
        return Response(status_code=400, headers=headers)
    return Response(status_code=200, headers=headers)


def _keep(answer: Response, name: str, seconds: int) -> None:
    answer.set_cookie(COOKIE, name, seconds, path="/", secure=True, httponly=True, samesite="lax")
