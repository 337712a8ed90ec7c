"""What a reader has borrowed and asked for: ends, places in line, and what can be done about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain.chain_errors import LoanTooLong
from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.lending.request import check_request_id
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.lending import GrantFilter, RequestFilter
from ledger_service.ports.paging import MOST_ITEMS, PageRequest
from ledger_service.services.lending.change_grant import longest_renewal, renew_grant, return_grant
from ledger_service.services.lending.find_grants import list_grants
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.end_request import pick_up, withdraw_request
from ledger_service.services.lending.requests.find_requests import list_requests
from ledger_service.services.library import Library
from ledger_service.services.pools import GRANTS
from ledger_service.services.resources.find_content import access_to
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import Fields, Layout, OwnLink, own_path, read_fields
from reading_room.me.pages.way_back import WayBack, way_back

LOANS, REQUESTS = "/me/loans", "/me/requests"
LINKS = (
    OwnLink(LOANS, "page.loans.title", "page.loans.about", Permission.GRANT_READ_OWN),
    OwnLink(REQUESTS, "page.requests.title", "page.requests.about", Permission.REQUEST_MAKE),
)
ENDED_SHOWN = 20
DAY_SECONDS = 86_400
MOST_DAYS = 36_600
ON_THEIR_WAY = (GrantState.ACCEPTED, GrantState.SUBMITTED, GrantState.DISPUTED)
ALL = PageRequest("", MOST_ITEMS)
router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
Asked = Annotated[Fields, Depends(read_fields)]


@router.get(LOANS, response_class=HTMLResponse, openapi_extra=needs(Permission.GRANT_READ))
def loans(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """Show the reader's loans, those that end first above."""
    return _loans(request, library, caller)


@router.post(LOANS + "/{grant}/renewal", openapi_extra=needs(Permission.GRANT_RENEW))
def renew(
    request: Request, library: InLibrary, caller: InCaller, grant: str, fields: Asked
) -> Response:
    """Move the end of a loan to as long from now as it was first, or so many days."""

    def do() -> None:
        until = library.clock() + _days(fields["days"]) * DAY_SECONDS
        renew_grant(library, caller, GrantId.parse(grant), until)

    return _done(do, LOANS, lambda exc: _loans(request, library, caller, exc))


@router.post(LOANS + "/{grant}/return", openapi_extra=needs(Permission.GRANT_RETURN))
def give_back(
    request: Request, library: InLibrary, caller: InCaller, grant: str, _: Asked
) -> Response:
    """Give a loan back before it ends."""

    def do() -> None:
        return_grant(library, caller, GrantId.parse(grant))

    return _done(do, LOANS, lambda exc: _loans(request, library, caller, exc))


@router.get(REQUESTS, response_class=HTMLResponse, openapi_extra=needs(Permission.REQUEST_MAKE))
def requests(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """Show what the reader has asked for, and where in line they are."""
    return _requests(request, library, caller)


@router.get(
    REQUESTS + "/new", response_class=HTMLResponse, openapi_extra=needs(Permission.REQUEST_MAKE)
)
def offer(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    digest: Annotated[str, Query(max_length=80)],
    came_from: Annotated[str, Query(alias="from", max_length=64)] = "",
) -> HTMLResponse:
    """Show what is to be asked for, by which terms, and the button.

    from: the steward of the library where it was found, so that there is a way back.
    """
    back = way_back(library, came_from)
    return _offer(request, library, caller, Digest.parse(digest.lower()), back=back)


@router.post(REQUESTS, openapi_extra=needs(Permission.REQUEST_MAKE))
@GRANTS.takes
def ask(request: Request, library: InLibrary, caller: InCaller, fields: Asked) -> Response:
    """Ask for what the form names."""
    digest = Digest.parse(fields["digest"].lower())

    def do() -> None:
        seconds = _days(fields["days"]) * DAY_SECONDS if fields["days"] else None
        ask_for_loan(library, caller, digest=digest, seconds=seconds)

    then = own_path(fields["then"], REQUESTS)
    return _done(do, then, lambda exc: _offer(request, library, caller, digest, exc))


@router.post(REQUESTS + "/{asked}/pick-up", openapi_extra=needs(Permission.REQUEST_MAKE))
@GRANTS.takes
def take(
    request: Request, library: InLibrary, caller: InCaller, asked: str, fields: Asked
) -> Response:
    """Begin the loan that is kept for the reader."""

    def do() -> None:
        pick_up(library, caller, check_request_id(asked))

    then = own_path(fields["then"], LOANS)
    return _done(do, then, lambda exc: _requests(request, library, caller, exc))


@router.post(REQUESTS + "/{asked}/withdrawal", openapi_extra=needs(Permission.REQUEST_MAKE))
@GRANTS.takes
def withdraw(
    request: Request, library: InLibrary, caller: InCaller, asked: str, fields: Asked
) -> Response:
    """Leave a line."""
    del fields

    def do() -> None:
        withdraw_request(library, caller, check_request_id(asked))

    return _done(do, REQUESTS, lambda exc: _requests(request, library, caller, exc))


def _done(
    do: Callable[[], None], then: str, refused: Callable[[LedgerError], Response]
) -> Response:
    """Do it and lead to the list; show there why it is not done."""
    try:
        do()
    except LoanTooLong as exc:
        return refused(_in_days(exc))
    except LedgerError as exc:
        return refused(exc)
    return RedirectResponse(then, 303)


def _in_days(exc: LoanTooLong) -> LoanTooLong:
    """Return it as readers are told, if it knows the longest loan: they choose days, and programs seconds."""
    longest = exc.reason.values.get("longest")
    if isinstance(longest, int) and longest >= DAY_SECONDS:
        return LoanTooLong("days", days=longest // DAY_SECONDS)
    return exc


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and 0 < int(text) <= MOST_DAYS):
        raise InvalidInput("not-a-number", text=text[:40])
    return int(text)


def _loans(
    request: Request, library: Library, caller: InCaller, refusal: LedgerError | None = None
) -> HTMLResponse:
    mine = {
        is_live: list_grants(
            library, caller, ALL, GrantFilter(reader=caller.subject, is_live=is_live)
        ).items
        for is_live in (True, False)
    }
    return layout.own_page(
        request,
        "loans.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        live=sorted(mine[True], key=lambda grant: grant.until),
        ended=mine[False][: -ENDED_SHOWN - 1 : -1],
        titles=_titles(library, (grant.digest for grants in mine.values() for grant in grants)),
        days={grant.id: _renewal_days(library, grant.digest) for grant in mine[True]},
        coming=ON_THEIR_WAY,
        now=library.clock(),
        soon=library.clock() + library.limits.end_notice_seconds,
    )


def _renewal_days(library: Library, digest: Digest) -> int:
    """Return for how many days a loan may be kept from now on; 0: it may not."""
    return (longest_renewal(library, digest) or 0) // DAY_SECONDS


def _requests(
    request: Request, library: Library, caller: InCaller, refusal: LedgerError | None = None
) -> HTMLResponse:
    mine = {
        is_open: list_requests(
            library, caller, ALL, RequestFilter(reader=caller.subject, is_open=is_open)
        ).items
        for is_open in (True, False)
    }
    digests = (placed.request.digest for found in mine.values() for placed in found)
    return layout.own_page(
        request,
        "requests.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        waiting=mine[True],
        ended=mine[False][: -ENDED_SHOWN - 1 : -1],
        titles=_titles(library, digests),
    )


def _offer(
    request: Request,
    library: Library,
    caller: InCaller,
    digest: Digest,
    refusal: LedgerError | None = None,
    back: WayBack | None = None,
) -> HTMLResponse:
    found = access_to(library, digest)
    return layout.own_page(
        request,
        "ask.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        digest=digest,
        back=back,
        name=find_title(library, digest),
        terms=None if found is None else found.license.terms,
        days=None if found is None else found.license.terms.longest_loan_seconds // DAY_SECONDS,
    )


def _titles(library: Library, digests: Iterable[Digest]) -> dict[Digest, str | None]:
    return {digest: find_title(library, digest) for digest in set(digests)}
