"""`/mirrors/{mirror}`: the public files of a ledger that is copied here, as C2SP tlog-tiles has them."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from ledger_service.api.door import InLibrary, bytes_of, needs
from ledger_service.domain.people.permission import Permission
from reading_room.interop.mirror.verbs import copied_checkpoint, copied_tile, find_fork

FULL_TILE_SECONDS = 365 * 86_400
PARTIAL_TILE_SECONDS = 3600
TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"

router = APIRouter(prefix="/mirrors", tags=["mirrors"])


@router.get(
    "/{mirror}/checkpoint",
    response_class=PlainTextResponse,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def checkpoint(library: InLibrary, mirror: str) -> Response:
    """Return the newest checkpoint of which the copy is whole, as the other library signed it."""
    note = copied_checkpoint(library, mirror)
    return Response(note, media_type=TEXT, headers={"Cache-Control": "public, max-age=10"})


@router.get(
    "/{mirror}/fork", response_class=PlainTextResponse, openapi_extra=needs(Permission.LEDGER_READ)
)
def fork(library: InLibrary, mirror: str) -> Response:
    """Return a checkpoint that the other library signed for another history than the one copied here."""
    return Response(find_fork(library, mirror), media_type=TEXT)


@router.get(
    "/{mirror}/tile/{path:path}",
    response_class=Response,
    responses={200: bytes_of(BINARY)},
    openapi_extra=needs(Permission.LEDGER_READ),
)
def tile(library: InLibrary, mirror: str, path: str) -> Response:
    """Return a hash tile or a bundle of entries of the copy."""
    name, data = copied_tile(library, mirror, f"tile/{path}")
    seconds = FULL_TILE_SECONDS if name.is_full else PARTIAL_TILE_SECONDS
    headers = {"Cache-Control": f"public, max-age={seconds}, immutable"}
    return Response(data, media_type=BINARY, headers=headers)
