"""What a reader handed in of laboratories: theirs to keep, with the library's receipt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain import canonical_json
from ledger_service.domain.people.permission import Permission
from reading_room.halls.pages.frame import layout
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.hand_in import list_handed_in, show_handed_in

PATH = "/me/laboratories"
router = APIRouter(prefix=PATH, include_in_schema=False)
OWN = needs(Permission.LAB_HAND_IN)


@router.get("", response_class=HTMLResponse, openapi_extra=OWN)
def records(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """Show what the reader handed in."""
    found = list_handed_in(library, SqlHalls, caller)
    return layout.own_page(request, "own_laboratories.html", caller, found=found)


@router.get("/{number}", response_class=Response, openapi_extra=OWN)
def record(
    library: InLibrary, caller: InCaller, number: Annotated[int, Path(ge=1, lt=2**53)]
) -> Response:
    """Send one of them as a file."""
    found = show_handed_in(library, SqlHalls, caller, number)
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-laboratory-{number}.json"',
        "Cache-Control": "no-store",
    }
    body = canonical_json.canonicalize(found.document)
    return Response(body, headers=headers, media_type="application/json")
