"""All that a reader wrote beside the library's resources, and the way to take it along."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import library_of, signed_in
from reading_room.annotations.pages.frame import TELLS, layout
from reading_room.annotations.rules.told import MEDIA_TYPE
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.read import list_own
from reading_room.annotations.verbs.take_out import take_out
from reading_room.annotations.verbs.titles import records_of
from reading_room.annotations.verbs.write import MOST_OF_A_READER

PATH = "/me/notes"
ROWS = 50
router = APIRouter(prefix=PATH, include_in_schema=False)
SignedIn = Annotated[Caller, Depends(signed_in)]


@router.get("")
def own(
    request: Request,
    caller: SignedIn,
    start: Annotated[int, Query(alias="from", ge=0, le=MOST_OF_A_READER)] = 0,
) -> Response:
    """Show what the reader wrote, newest first."""
    library = library_of(request)
    notes, total = list_own(library, SqlNotes, caller, start, ROWS)
    return layout.own_page(
        request,
        "own_notes.html",
        caller,
        notes=notes,
        total=total,
        titles=records_of(library, (note.digest for note in notes)),
        before=f"{PATH}?from={max(0, start - ROWS)}" if start else None,
        after=f"{PATH}?from={start + ROWS}" if start + ROWS < total else None,
        **TELLS,
    )


@router.get("/export")
def export(request: Request, caller: SignedIn) -> Response:
    """Send all of it as annotations of W3C."""
    reach(caller, Permission.ANNOTATION_OWN)
    told = json.dumps(take_out(library_of(request), SqlNotes, caller.subject), ensure_ascii=False)
    headers = {
        "Content-Disposition": 'attachment; filename="muhr-notes.jsonld"',
        "Cache-Control": "no-store",
    }
    return Response(told, headers=headers, media_type=MEDIA_TYPE)
