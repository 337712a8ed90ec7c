"""Routes for a reader's own data: take all of it out, and be erased."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Shape
from ledger_service.domain.people.permission import Permission
from ledger_service.services.exports.export_reader import export_reader, format_export
from ledger_service.services.lending.forgetting.erase_reader import erase_reader

router = APIRouter(prefix="/me", tags=["me"], route_class=JsonRoute)
FILE_NAME = "known-of-me.json"


class Erase(Shape):
    """Erasing is asked for in so many words, so that nobody does it by a slip."""

    erase: Literal["me"]


class Erased(Shape):
    """What was destroyed: how many grants are nobody's, loans given back, private parts and tokens gone."""

    grants: int
    live: int
    decisions: int
    tokens: int


@router.get("/export", response_class=Response, openapi_extra=needs(Permission.READER_EXPORT))
def export(library: InLibrary, caller: InCaller) -> Response:
    """Return all that the library knows of the calling reader, as canonical JSON (docs/formats.md §18)."""
    data = format_export(export_reader(library, caller, caller.subject))
    headers = {
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type="application/json", headers=headers)


@router.post("/erase", response_model=Erased, openapi_extra=needs(Permission.READER_ERASE))
@once
def erase(library: InLibrary, caller: InCaller, asked: Erase) -> Erased:  # noqa: ARG001 - FastAPI checks it
    """Erase the calling reader for good: their tokens let nobody in, and nothing brings them back."""
    return Erased(**vars(erase_reader(library, caller, caller.subject)))
