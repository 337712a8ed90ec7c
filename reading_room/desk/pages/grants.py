"""Permissions to read: given to a reader for a time, made longer, given back, taken back; and new readers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCursor, InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.lending.find_grants import list_grants
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import (
    READER_TOKEN_SECONDS,
    enroll_reader,
    issue_token,
)
from ledger_service.services.pools import GRANTS
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.decisions_asked import DAY_SECONDS
from reading_room.desk.pages.forms import number_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission

router = APIRouter(prefix="/desk/grants", include_in_schema=False)
Lender = Annotated[Visitor, Depends(with_permission(Permission.GRANT_ISSUE))]
Revoker = Annotated[Visitor, Depends(with_permission(Permission.GRANT_REVOKE))]
Enroller = Annotated[Visitor, Depends(with_permission(Permission.READER_ENROLL))]
ROWS = 25
ENDING = (GrantState.ISSUED, GrantState.ACCEPTED, GrantState.SUBMITTED)
Short = Annotated[str, Query(max_length=200)]


@router.get("")
def list_(
    request: Request,
    visitor: Lender,
    digest: Short = "",
    reader: Short = "",
    live: Short = "",
    cursor: Short = "",
) -> Response:
    """Show the grants that are looked for, and the form for another."""
    asked = {"digest": digest, "reader": reader, "live": live}
    return _list(request, visitor, asked, cursor=cursor)


@router.post("")
async def issue(request: Request, visitor: Lender) -> Response:
    """Grant a reader a resource until so many days from now."""
    given = await read_fields(request)

    def do(library: Library) -> None:
        digest = Digest.parse(given["digest"].lower())
        until = library.clock() + _days(given) * DAY_SECONDS
        issue_grant(library, visitor.caller, digest=digest, reader=given["reader"], until=until)

    return await GRANTS.run(partial(_done, request, visitor, given, do))


@router.post("/readers")
def enroll(request: Request, visitor: Enroller) -> Response:
    """Enroll a reader, and show the token once."""
    library = library_of(request)
    reader = enroll_reader(library.store, visitor.caller)
    token = issue_token(
        library.store, library.clock, visitor.caller, Role.READER, reader, READER_TOKEN_SECONDS
    )
    until = library.clock() + READER_TOKEN_SECONDS
    return show(
        request, "desk_reader.html", visitor, 201, reader=reader, token=token, token_until=until
    )


@router.post("/{grant}/renewal")
async def renew(request: Request, visitor: Lender, grant: str) -> Response:
    """Move the end of a grant to so many days from now."""
    named, given = GrantId.parse(grant), await read_fields(request)

    def do(library: Library) -> None:
        until = library.clock() + _days(given) * DAY_SECONDS
        renew_grant(library, visitor.caller, named, until)

    return await run_in_threadpool(partial(_done, request, visitor, given, do))


@router.post("/{grant}/return")
async def give_back(request: Request, visitor: Lender, grant: str) -> Response:
    """Take note that a reader is done with it."""
    named, given = GrantId.parse(grant), await read_fields(request)

    def do(library: Library) -> None:
        return_grant(library, visitor.caller, named)

    return await run_in_threadpool(partial(_done, request, visitor, given, do))


@router.post("/{grant}/revocation")
async def revoke(request: Request, visitor: Revoker, grant: str) -> Response:
    """Take a permission back: nothing more is opened under it from this answer on."""
    named, given = GrantId.parse(grant), await read_fields(request)

    def do(library: Library) -> None:
        revoke_grant(library, visitor.caller, named, new_key=given["new_key"] == "yes")

    return await run_in_threadpool(partial(_done, request, visitor, given, do))


def _days(given: Fields) -> int:
    days = number_of(given, "days")
    if not days or days > 36_600:
        raise InvalidInput("not-a-number", text=given["days"][:40])
    return days


def _done(
    request: Request, visitor: Visitor, given: Fields, do: Callable[[Library], None]
) -> Response:
    """Do it and lead back to the list; show there why it is not done."""
    asked = {name: given[f"asked_{name}"] for name in ("digest", "reader", "live")}
    try:
        do(library_of(request))
    except LedgerError as exc:
        return _list(request, visitor, asked, refusal=exc, given=given)
    return RedirectResponse(f"/desk/grants{_query(asked)}", 303)


def _list(
    request: Request,
    visitor: Visitor,
    asked: dict[str, str],
    *,
    cursor: str = "",
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    library = library_of(request)
    page = Page[Grant]([], None)
    try:
        which = GrantFilter(
            digest=Digest.parse(asked["digest"].lower()) if asked["digest"] else None,
            reader=asked["reader"] or None,
            is_live=True if asked["live"] else None,
        )
        page = list_grants(library, visitor.caller, PageRequest(cursor, ROWS), which)
    except (InvalidCursor, InvalidInput) as exc:
        refusal = refusal or exc
    titles = {item.digest: find_title(library, item.digest) for item in page.items}
    return show(
        request,
        "desk_grants.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        page=page,
        titles=titles,
        asked=asked,
        query=_query(asked),
        is_first=not cursor,
        now=library.clock(),
        ending=ENDING,
        given=given or Fields({"digest": [asked["digest"]], "reader": [asked["reader"]]}),
    )


def _query(asked: dict[str, str]) -> str:
    given = {name: value for name, value in asked.items() if value}
    return "?" + urlencode(given) if given else ""
