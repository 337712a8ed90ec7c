"""The page on which librarians see what was written for everybody, and hide it with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidAnnotation
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import PRIVATE_HEADERS, Fields, library_of, read_fields, session_of
from reading_room.annotations.pages.frame import TELLS, layout
from reading_room.annotations.rules.audience import check_id
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.moderate import Hides, hide, list_public
from reading_room.annotations.verbs.titles import records_of

PATH = "/desk/notes"
ROWS = 50
router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("")
def newest(
    request: Request, start: Annotated[int, Query(alias="from", ge=0, le=10**9)] = 0
) -> Response:
    """Show public notes, newest first."""
    caller, library = session_of(request).caller, library_of(request)
    reach(caller, Permission.ANNOTATION_HIDE)
    notes = list_public(library, SqlNotes, caller, start, ROWS + 1)
    page = layout.page(
        request,
        "moderated_notes.html",
        notes=notes[:ROWS],
        titles=records_of(library, (note.digest for note in notes)),
        before=f"{PATH}?from={max(0, start - ROWS)}" if start else None,
        after=f"{PATH}?from={start + ROWS}" if len(notes) > ROWS else None,
        **TELLS,
    )
    page.headers.update(PRIVATE_HEADERS)
    return page


@router.post("/{note}")
async def moderate(request: Request, note: str) -> Response:
    """Hide a note, or show it again."""
    return await run_in_threadpool(_moderate, request, note, await read_fields(request))


def _moderate(request: Request, note: str, fields: Fields) -> Response:
    caller, library = session_of(request).caller, library_of(request)
    reach(caller, Permission.ANNOTATION_HIDE)
    if fields["why"] not in ("", *Hides):
        raise InvalidAnnotation("why", known=", ".join(Hides))
    why = Hides(fields["why"]) if fields["why"] else None
    hide(library, SqlNotes, caller, check_id(note), why)
    return RedirectResponse(PATH, 303)
