"""What readers ask for: those that a registrar decides, the lines, and loans that soon end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCursor, LedgerError
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.lending.request import REFUSALS, RequestState, check_request_id
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.lending import GrantFilter, RequestFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.lending.find_grants import list_grants
from ledger_service.services.lending.requests.decide_request import (
    approve_request,
    refuse_request,
)
from ledger_service.services.lending.requests.find_requests import PlacedRequest, list_requests
from ledger_service.services.library import Library
from ledger_service.services.pools import GRANTS
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import library_of, read_fields
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/requests"
ROWS = 25
router = APIRouter(prefix=PATH, include_in_schema=False)
Decider = Annotated[Visitor, Depends(with_permission(Permission.REQUEST_DECIDE))]
Short = Annotated[str, Query(max_length=200)]


@router.get("")
def list_(
    request: Request, visitor: Decider, cursor: Short = "", asked: Short = "", ends: Short = ""
) -> Response:
    """Show what waits by pages. cursor: of the lines; asked, ends: of what to decide, and of what ends."""
    return _list(request, visitor, cursor, asked, ends)


@router.post("/{asked}/approval")
async def approve(request: Request, visitor: Decider, asked: str) -> Response:
    """Lend what was asked for, or place the reader in line."""
    await read_fields(request)

    def do(library: Library) -> None:
        approve_request(library, visitor.caller, check_request_id(asked))

    return await GRANTS.run(partial(_done, request, visitor, do))


@router.post("/{asked}/refusal")
async def refuse(request: Request, visitor: Decider, asked: str) -> Response:
    """Refuse what was asked for, by one of the reasons that there are."""
    given = await read_fields(request)

    def do(library: Library) -> None:
        why = next((one for one in REFUSALS if one == given["why"]), Denial.NO_GRANT)
        refuse_request(library, visitor.caller, check_request_id(asked), why)

    return await GRANTS.run(partial(_done, request, visitor, do))


def _done(request: Request, visitor: Visitor, do: Callable[[Library], None]) -> Response:
    """Do it and lead back to the list; show there why it is not done."""
    try:
        do(library_of(request))
    except LedgerError as exc:
        return _list(request, visitor, refusal=exc)
    return RedirectResponse(PATH, 303)


def _list(
    request: Request,
    visitor: Visitor,
    cursor: str = "",
    asked: str = "",
    ends: str = "",
    refusal: LedgerError | None = None,
) -> Response:
    library, caller, now = library_of(request), visitor.caller, library_of(request).clock()
    undecided, line = Page[PlacedRequest]([], None), Page[PlacedRequest]([], None)
    soon = GrantFilter(is_live=True, ends_before=now + library.limits.end_notice_seconds)
    ending = Page[Grant]([], None)
    try:
        which = RequestFilter(state=RequestState.ASKED)
        undecided = list_requests(library, caller, PageRequest(asked, ROWS), which)
        line = list_requests(
            library, caller, PageRequest(cursor, ROWS), RequestFilter(is_open=True)
        )
        ending = list_grants(library, caller, PageRequest(ends, ROWS), soon)
    except InvalidCursor as exc:
        refusal = refusal or exc
    in_line = [one for one in line.items if one.request.state is not RequestState.ASKED]
    digests = {one.request.digest for one in (*undecided.items, *in_line)}
    digests |= {grant.digest for grant in ending.items}
    return show(
        request,
        "desk_requests.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        undecided=undecided,
        line=in_line,
        next_cursor=line.next,
        ending=ending,
        titles={digest: find_title(library, digest) for digest in digests},
        refusals=REFUSALS,
    )
