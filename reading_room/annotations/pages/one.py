"""One note: its writer changes it or takes it back."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import AnnotationChanged, InvalidAnnotation, LedgerError
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import Fields, read_fields, signed_in
from reading_room.annotations.pages.frame import PATH, Shown, page
from reading_room.annotations.pages.markdown import TAGGING
from reading_room.annotations.rules.annotation import Annotation, written
from reading_room.annotations.rules.audience import check_id
from reading_room.annotations.rules.selectors import Place
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.read import find_note
from reading_room.annotations.verbs.write import Written, change, check_version, remove

router = APIRouter(prefix=PATH, include_in_schema=False)
LONGEST_VERSION = 18  # digits


@router.get("/{digest}/{place}/{note}")
@PLACES.takes
def one(request: Request, digest: str, place: str, note: str) -> Response:
    """Show a note, and to its writer the form that changes it."""
    shown = Shown.of(request, digest)
    found = find_note(shown.reaches, SqlNotes, shown.container(place), check_id(note))
    return _page(shown, found)


@router.post("/{digest}/{place}/{note}")
async def act(request: Request, digest: str, place: str, note: str) -> Response:
    """Change a note, or take it back."""
    fields = await read_fields(request)
    return await run_in_threadpool(_act, request, digest, place, check_id(note), fields)


def _act(request: Request, digest: str, place: str, id_: str, fields: Fields) -> Response:
    shown = Shown.of(request, digest, signed_in(request))
    container = shown.container(place)
    if fields["do"] == "remove":
        remove(shown.reaches, SqlNotes, container, id_)
        return RedirectResponse(f"{PATH}/{digest}", 303)
    found = find_note(shown.reaches, SqlNotes, container, id_)
    try:
        new = Written(_changed(found.annotation, fields), fields["stays"] == "yes")
        version = fields["version"][:LONGEST_VERSION]
        check = check_version(int(version) if version.isdecimal() else 0)
        change(shown.reaches, SqlNotes, container, id_, new, check)
    except (InvalidAnnotation, AnnotationChanged) as exc:
        return _page(shown, found, exc, fields)
    return RedirectResponse(f"{PATH}/{digest}#n-{id_}", 303)


def _changed(before: Annotation, fields: Fields) -> Annotation:
    """Return a note with what was typed in place of its text; where it belongs, and its tags, stay."""
    new = written(fields["text"], Place(), fields["name"], is_markdown=True)
    tags = tuple(body for body in before.bodies if body.purpose == TAGGING)
    return replace(before, bodies=new.bodies + tags, name=new.name)


def _page(
    shown: Shown, note: Note, refusal: LedgerError | None = None, fields: Fields | None = None
) -> Response:
    status = 200 if refusal is None else 422
    return page(shown, "note.html", refusal, status, note=note, typed=fields)
