"""The notes beside a resource, with the form for another: the page that readers also show beside the text."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    InvalidAnnotation,
    LedgerError,
    NotAuthenticated,
    NotPermitted,
    OverLimit,
)
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import Fields, read_fields, signed_in
from reading_room.annotations.pages.frame import PATH, Shown, page
from reading_room.annotations.rules.annotation import written
from reading_room.annotations.rules.typed import typed_place
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.read import list_beside
from reading_room.annotations.verbs.write import Written, write

router = APIRouter(prefix=PATH, include_in_schema=False)
REFUSED = (InvalidAnnotation, OverLimit)
"""What the page tells above its form, with what was typed."""


@router.get("/{digest}")
@PLACES.takes
def beside(request: Request, digest: str) -> Response:
    """Show the notes beside a resource, and the form for one more."""
    return show(Shown.of(request, digest))


@router.post("/{digest}")
async def add(request: Request, digest: str) -> Response:
    """Keep a note."""
    fields = await read_fields(request)
    return await run_in_threadpool(_add, request, digest, fields)


def _add(request: Request, digest: str, fields: Fields) -> Response:
    shown = Shown.of(request, digest, signed_in(request))
    try:
        note = _kept(shown, fields)
    except REFUSED as exc:
        return show(shown, exc, fields)
    return RedirectResponse(f"{PATH}/{digest}#n-{note.id}", 303)


def _kept(shown: Shown, fields: Fields) -> Note:
    container = shown.container(fields["for"])
    place = typed_place(fields.__getitem__)
    name = fields["name"] if fields["for"] != "private" else ""
    annotation = written(fields["text"], place, name, is_markdown=True)
    return write(shown.reaches, SqlNotes, container, Written(annotation, fields["stays"] == "yes"))


def show(
    shown: Shown, refusal: LedgerError | None = None, fields: Fields | None = None
) -> Response:
    """Return the page. refusal: why what was typed is not kept."""
    closed: LedgerError | None = None
    found = None
    try:
        groups = [group.id for group in shown.groups]
        found = list_beside(shown.reaches, SqlNotes, groups)
    except NotPermitted as exc:
        closed = exc
    status = 200 if refusal is None else 422
    if closed is not None:
        status = 401 if isinstance(closed, NotAuthenticated) else 403
    return page(
        shown,
        "notes.html",
        refusal,
        status,
        found=found,
        closed=closed,
        typed=fields or Fields({"for": ["private"]}),
        may_write=shown.reaches.may_write,
    )
