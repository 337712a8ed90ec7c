"""Who did what: the acts of the library's people, looked for by name, kind and what they are about."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from ledger_service.domain.errors import InvalidCursor, LedgerError
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Actor
from ledger_service.domain.people.permission import Permission, Thing, sees
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import ActFilter, KeptAct
from ledger_service.services.people.list_acts import list_acts
from ledger_service.web.layout import library_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/people/acts"
ROWS = 50
router = APIRouter(prefix=PATH, include_in_schema=False)
Viewer = Annotated[Visitor, Depends(with_permission(Permission.ACT_READ))]
Word = Annotated[str, Query(max_length=64)]


@router.get("")
def list_(
    request: Request,
    visitor: Viewer,
    holder: Word = "",
    kind: Word = "",
    about: Word = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show acts, newest first: to whom not all are theirs to see, their own."""
    library, caller = library_of(request), visitor.caller
    asked = {"holder": holder.strip(), "kind": kind, "about": about.strip()}
    known = next((one for one in ActKind if one == kind), None)
    which = ActFilter(asked["holder"] or None, known, asked["about"] or None)
    refusal: LedgerError | None = None
    try:
        page = list_acts(library.store, caller, which, PageRequest(cursor, ROWS))
    except InvalidCursor as exc:
        page, refusal = Page[KeptAct]([], None), exc

    def name(kept: KeptAct) -> str | None:
        whose = Thing(kept.holder, Actor.STAFF)
        return kept.holder if sees(caller, Permission.ACT_HOLDER, whose) else None

    return show(
        request,
        "desk_acts.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        acts=[(kept, name(kept)) for kept in page.items],
        next_cursor=page.next,
        is_first=not cursor,
        asked=asked,
        kinds=list(ActKind),
        query=urlencode({key: value for key, value in asked.items() if value}),
    )
