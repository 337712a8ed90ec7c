"""One resource at the desk: its record corrected, a newer version named, or withdrawn for good."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCursor, InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import (
    STATES_WITHDRAWN,
    Registration,
    Relation,
    WithdrawalReason,
)
from ledger_service.domain.resources.search import Search
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from ledger_service.services.resources.change_resource import (
    changes_of,
    supersede_resource,
    withdraw_resource,
)
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.resources.find_resources import (
    find_title,
    list_descriptions,
    list_resources,
    show_license,
    show_resource,
)
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.pages.visitors import Visitor, show, with_permission
from reading_room.desk.record_form import LINES, as_form, corrected, differences, fields
from reading_room.desk.verbs.follow import progress_of

router = APIRouter(prefix="/desk/resources", include_in_schema=False)
Changer = Annotated[Visitor, Depends(with_permission(Permission.RESOURCE_CHANGE))]
ROWS = 25
MOST_LOOKS = 20  # of which each goes through some 10,000 records
SAVE = "save"
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@router.get("")
def list_(
    request: Request,
    visitor: Changer,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show the resources that are looked for; a digest leads to its own page."""
    library = library_of(request)
    if _DIGEST.match(q.strip().lower()):
        return RedirectResponse(f"/desk/resources/{q.strip().lower()}", 303)
    page = Page[Registration]([], None)
    with suppress(InvalidCursor):
        page = _found(library, PageRequest(cursor, ROWS), Search.of("", q))
    return show(request, "desk_resources.html", visitor, page=page, q=q, is_first=not cursor)


@router.get("/{digest}")
def look(request: Request, visitor: Changer, digest: str) -> Response:
    """Show a resource, and what can be done with it."""
    return _page(request, visitor, Digest.parse(digest))


@router.post("/{digest}/record")
async def correct(request: Request, visitor: Changer, digest: str) -> Response:
    """Show what a correction changes; and correct, if that was seen."""
    wanted, given = Digest.parse(digest), await read_fields(request)
    return await run_in_threadpool(partial(_correct, request, visitor, wanted, given))


@router.post("/{digest}/supersession")
async def supersede(request: Request, visitor: Changer, digest: str) -> Response:
    """Point to what takes the place of a resource."""
    wanted, given = Digest.parse(digest), await read_fields(request)

    def do(library: Library) -> None:
        relation = _member(Relation, given["relation"])
        successor = Digest.parse(given["successor"].lower())
        supersede_resource(library, visitor.caller, wanted, successor, relation)

    return await run_in_threadpool(partial(_done, request, visitor, wanted, do))


@router.get("/{digest}/withdrawal")
def ask_to_withdraw(request: Request, visitor: Changer, digest: str) -> Response:
    """Say what a withdrawal means, before the second step."""
    library = library_of(request)
    item = _own(library, Digest.parse(digest))
    is_closed = not show_license(library, str(item.license)).terms.is_open
    return show(request, "desk_withdraw.html", visitor, item=item, is_closed=is_closed)


@router.post("/{digest}/withdrawal")
async def withdraw(request: Request, visitor: Changer, digest: str) -> Response:
    """Withdraw a resource, once it was agreed to in as many words."""
    wanted, given = Digest.parse(digest), await read_fields(request)

    def do(library: Library) -> None:
        if given["agreed"] != "yes":
            raise InvalidInput("not-agreed")
        reason = _member(WithdrawalReason, given["reason"])
        destroys_key = given["destroy_key"] == "yes"
        withdraw_resource(library, visitor.caller, wanted, reason, destroys_key=destroys_key)

    return await run_in_threadpool(partial(_done, request, visitor, wanted, do))


def _found(library: Library, asked: PageRequest, search: Search) -> Page[Registration]:
    """Return the next page that has something, or the last that was looked at."""
    page = list_resources(library, asked, search)
    for _ in range(MOST_LOOKS - 1):
        if page.items or page.next is None:
            break
        page = list_resources(library, PageRequest(page.next, asked.limit), search)
    return page


def _correct(request: Request, visitor: Visitor, digest: Digest, given: Fields) -> Response:
    library = library_of(request)
    before = as_form(_own(library, digest).record.to_json())
    after = {name: given[name].replace("\r\n", "\n") for name in fields()}
    changed = differences(before, after)
    if given["act"] != SAVE or not changed:
        return _page(request, visitor, digest, form=after, changed=changed)
    try:
        describe_resource(library, visitor.caller, digest, corrected(after, changed))
    except LedgerError as exc:
        return _page(request, visitor, digest, refusal=exc, form=after, changed=changed)
    return RedirectResponse(f"/desk/resources/{digest}#record", 303)


def _done(
    request: Request, visitor: Visitor, digest: Digest, do: Callable[[Library], None]
) -> Response:
    """Do it and lead back to the resource; show there why it is not done."""
    try:
        do(library_of(request))
    except LedgerError as exc:
        return _page(request, visitor, digest, refusal=exc)
    return RedirectResponse(f"/desk/resources/{digest}", 303)


def _page(
    request: Request,
    visitor: Visitor,
    digest: Digest,
    *,
    refusal: LedgerError | None = None,
    form: Mapping[str, str] | None = None,
    changed: list[tuple[str, str, str]] | None = None,
) -> Response:
    library = library_of(request)
    item = _own(library, digest)
    [progress] = progress_of(library, [digest])
    changes = changes_of(library, visitor.caller, digest)
    others = {
        other: find_title(library, other)
        for job in changes
        if (other := getattr(job.intent, "successor", None)) is not None
    }
    return show(
        request,
        "desk_resource.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        item=item,
        progress=progress,
        revisions=[
            one for one in list_descriptions(library, digest) if one.steward == library.steward
        ],
        changes=changes,
        others=others,
        fields=fields(),
        lines=LINES,
        form=form or as_form(item.record.to_json()),
        changed=changed,
        license=show_license(library, str(item.license)),
        is_withdrawn=item.state in STATES_WITHDRAWN,
    )


def _own(library: Library, digest: Digest) -> Registration:
    """Return this library's registration of a digest; raise ResourceNotFound."""
    found = show_resource(library, digest)
    return next((item for item in found if item.steward == library.steward), found[0])


def _member(kind: Any, name: str) -> Any:
    try:
        return kind[name.upper()]
    except KeyError as exc:
        raise InvalidInput("shape") from exc
