"""Routes for requests: readers ask, wait, pick up and withdraw; registrars approve and refuse."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedHex, AskedPage, Hex32, Page, Shape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.request import RequestState, check_request_id
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.lending import RequestFilter
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.decide_request import (
    approve_request,
    refuse_request,
)
from ledger_service.services.lending.requests.end_request import pick_up, withdraw_request
from ledger_service.services.lending.requests.find_requests import (
    PlacedRequest,
    list_requests,
    place_request,
    show_request,
)
from ledger_service.services.pools import GRANTS

LONGEST_SECONDS = 100 * 366 * 86_400

router = APIRouter(prefix="/requests", tags=["requests"], route_class=JsonRoute)


class NewRequest(Shape):
    """seconds: how long the loan is to be; null: two weeks, or less if the license allows less.

    wait: false if the reader wants it now or not at all.
    """

    digest: Hex32
    seconds: int | None = Field(default=None, ge=1, le=LONGEST_SECONDS)
    wait: bool = True


class RefusalReason(Shape):
    """why: no-license, over-limit or not-lent."""

    why: str = Field(max_length=40)


class RequestShape(Shape):
    """A request. Times are seconds since 1970 UTC.

    place: in line, from 1; null once it has ended. held_until: while it is ready, how long its seat is kept.
    grant: what came of it. why: of a refusal or an end.
    """

    request: str
    digest: Hex32
    reader: str
    seconds: int
    state: str
    place: int | None
    asked_at: int
    changed_at: int
    held_until: int | None
    grant: Hex32 | None
    why: str | None

    @classmethod
    def of(cls, found: PlacedRequest) -> RequestShape:
        item = found.request
        return cls(
            request=item.id,
            digest=item.digest.hex(),
            reader=item.reader,
            seconds=item.seconds,
            state=item.state.value,
            place=found.place,
            asked_at=item.asked_at,
            changed_at=item.changed_at,
            held_until=item.held_until,
            grant=None if item.grant is None else item.grant.hex(),
            why=item.why,
        )


@router.post(
    "", status_code=202, response_model=RequestShape, openapi_extra=needs(Permission.REQUEST_MAKE)
)
@GRANTS.takes
@once
def ask(library: InLibrary, caller: InCaller, new: NewRequest) -> RequestShape:
    """Ask to be lent a resource: granted at once, or before a registrar, or in line.

    Asked again, it is the same request; if its turn has come, it is picked up.
    """
    found = ask_for_loan(
        library, caller, digest=Digest.parse(new.digest), seconds=new.seconds, waits=new.wait
    )
    return RequestShape.of(place_request(library, found))


@router.get("", response_model=Page[RequestShape], openapi_extra=needs(Permission.REQUEST_READ))
def list_(
    library: InLibrary,
    caller: InCaller,
    page: AskedPage,
    digest: AskedHex = None,
    reader: Annotated[str | None, Query(max_length=64)] = None,
    state: RequestState | None = None,
    open: bool | None = None,
) -> Page[RequestShape]:
    """List requests in the order in which they were accepted: a reader's own, or all of the library's.

    digest, with open: the line of a resource. open: whether it may still become a loan.
    """
    which = RequestFilter(
        digest=None if digest is None else Digest.parse(digest),
        reader=reader,
        state=state,
        is_open=open,
    )
    return Page[RequestShape].of(list_requests(library, caller, page, which), RequestShape.of)


@router.get("/{request}", response_model=RequestShape, openapi_extra=needs(Permission.REQUEST_READ))
def show(library: InLibrary, caller: InCaller, request: str) -> RequestShape:
    """Show a request; another reader's is not found."""
    return RequestShape.of(show_request(library, caller, check_request_id(request)))


@router.post(
    "/{request}/pick-up",
    status_code=202,
    response_model=RequestShape,
    openapi_extra=needs(Permission.REQUEST_MAKE),
)
@GRANTS.takes
@once
def take(library: InLibrary, caller: InCaller, request: str) -> RequestShape:
    """Pick up what is kept for the caller, whose turn has come: the loan begins."""
    found = pick_up(library, caller, check_request_id(request))
    return RequestShape.of(place_request(library, found))


@router.post(
    "/{request}/withdrawal",
    response_model=RequestShape,
    openapi_extra=needs(Permission.REQUEST_MAKE),
)
@GRANTS.takes
@once
def withdraw(library: InLibrary, caller: InCaller, request: str) -> RequestShape:
    """Withdraw an own request, and leave the line."""
    found = withdraw_request(library, caller, check_request_id(request))
    return RequestShape.of(place_request(library, found))


@router.post(
    "/{request}/approval",
    status_code=202,
    response_model=RequestShape,
    openapi_extra=needs(Permission.REQUEST_DECIDE),
)
@GRANTS.takes
@once
def approve(library: InLibrary, caller: InCaller, request: str) -> RequestShape:
    """Approve a request: granted if a seat is left for it, else in line by when it was asked."""
    found = approve_request(library, caller, check_request_id(request))
    return RequestShape.of(place_request(library, found))


@router.post(
    "/{request}/refusal",
    response_model=RequestShape,
    openapi_extra=needs(Permission.REQUEST_DECIDE),
)
@GRANTS.takes
@once
def refuse(
    library: InLibrary, caller: InCaller, request: str, refusal: RefusalReason
) -> RequestShape:
    """Refuse a request for one of the reasons that there are; an entry of the ledger says so."""
    why = Denial(refusal.why) if refusal.why in list(Denial) else Denial.NO_GRANT
    found = refuse_request(library, caller, check_request_id(request), why)
    return RequestShape.of(place_request(library, found))
