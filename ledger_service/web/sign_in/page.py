"""The page that lists the ways in, and what every way does before and after."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    InvalidInput,
    LedgerError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    TooManyAttempts,
    Unavailable,
)
from ledger_service.domain.people.caller import Role
from ledger_service.services.library import Library
from ledger_service.web.layout import Layout
from ledger_service.web.signed_in import (
    PRIVATE_HEADERS,
    SIGN_IN,
    forget,
    keeps_cookies,
    own_path,
)

LONGEST_THEN = 2000  # characters
layout = Layout()
STATUSES = (
    (TooManyAttempts, 429),
    (NotAuthenticated, 401),
    (NotPermitted, 403),
    (NotFound, 404),
    (InvalidInput, 422),
    (Unavailable, 503),
)
"""Of refusals, the first that fits."""
IsSetUp = Callable[[Library], object]
"""Returns what the page tells of a way, nothing if it is not set up."""


def show_ways(
    request: Request,
    then: str,
    refusal: LedgerError | None = None,
    by: str = "",
    status: int = 200,
    **values: object,
) -> Response:
    """Return the page that asks how to sign in.

    Args:
        then: the path that the person wanted.
        refusal: why they were not let in just now, by the way that is named `by`.
    """
    library: Library = request.app.state.library
    told = {name: is_set_up(library) for name, is_set_up in _ways(request).items()}
    page = layout.page(
        request,
        "sign_in.html",
        status,
        then=own_path(then[:LONGEST_THEN], ""),
        ways=[name for name, found in told.items() if found],
        told=told,
        by=by,
        refusal=refusal,
        keeps_cookies=keeps_cookies(request),
        **values,
    )
    page.headers.update(PRIVATE_HEADERS)
    return page


def ask_again(request: Request, by: str, refusal: LedgerError, then: str) -> Response:
    """Return the page again, with why the person was not let in."""
    return show_ways(request, then, refusal, by, status_of(refusal))


def status_of(refusal: LedgerError) -> int:
    """Return the HTTP status of a page that says why somebody was not let in."""
    return next((status for kind, status in STATUSES if isinstance(refusal, kind)), 401)


def entered(request: Request, then: str, role: Role) -> Response:
    """Return the answer that leads whoever was let in to where they wanted, or to what is theirs."""
    wanted = own_path(then[:LONGEST_THEN], home_of(request, {role}))
    return RedirectResponse(wanted, 303)


def home_of(request: Request, roles: Collection[Role]) -> str:
    """Return the page that is for people of these roles."""
    place = "/me" if Role.READER in roles else "/desk"
    return place if place in request.app.state.places else "/"


def left(university: str) -> Response:
    """Return the answer to whoever signs out. university: the one that let them in, if one did."""
    answer = RedirectResponse(
        f"{SIGN_IN}/university/{quote(university, safe='')}/left" if university else "/", 303
    )
    forget(answer)
    # What pages kept for when there is no network is the person's who leaves, not of whoever comes next.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _ways(request: Request) -> dict[str, IsSetUp]:
    found: dict[str, IsSetUp] = request.app.state.ways
    return found
