"""The parts of a book that a page shows, each at an address of its own below the page's.

A part is a document of a stranger at the library's address. Its policy runs no script, sends no form, opens
nothing, and loads from this origin alone, whoever asks for it and however (docs/adr/0109).
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from ledger_service.api.callers import needs
from ledger_service.api.delivery import CutStream
from ledger_service.api.resources.content import OPENLY
from ledger_service.api.routing.methods import IS_HEAD
from ledger_service.api.uses import count_use
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.read_book import Readable, find_readable
from ledger_service.services.lending.read_in_page import Held
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, OPEN_CONTENT, Pool

router = APIRouter(include_in_schema=False)
POLICY = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""Books hold styles in their elements; a style can draw, and reach nothing but this origin."""
CLOSED = "private, no-store"


@router.get(
    "/read/{digest}/parts",
    response_class=JSONResponse,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
async def parts(request: Request, digest: str) -> Response:
    """Tell which parts a book has, and how many bytes each."""
    wanted = Digest.parse(digest)
    readable = await _readable(request, wanted)
    sizes = await _pool(readable).run(lambda: readable.book().sizes())
    if readable.is_open and IS_HEAD not in request.scope:
        count_use(request, wanted)
    return JSONResponse(sizes, headers={"Cache-Control": "no-store"})


@router.get(
    "/read/{digest}/book/{path:path}",
    response_class=StreamingResponse,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
async def part(request: Request, digest: str, path: str) -> Response:
    """Send a part of a book."""
    return await send_part(request, await _readable(request, Digest.parse(digest)), path)


async def send_part(request: Request, readable: Readable, path: str) -> Response:
    """Send a part of a book that may be read, under its policy; raise BookPartNotFound."""
    pool = _pool(readable)
    found = await pool.run(lambda: readable.book().part(path))
    headers = {
        "Cache-Control": OPENLY if readable.is_open else CLOSED,
        "Content-Length": str(found.size),
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
    }
    if IS_HEAD in request.scope:
        return Response(headers=headers, media_type=found.media_type)
    pieces = pool.each(iter(readable.guard(found.pieces)))
    return CutStream(pieces, headers=headers, media_type=found.media_type)


async def _readable(request: Request, digest: Digest) -> Readable:
    library: Library = request.app.state.library
    held = Held.of(request.cookies)
    pool = OPEN_CONTENT if held is None else CONTENT
    return await pool.run(partial(find_readable, library, digest, held))


def _pool(readable: Readable) -> Pool:
    return OPEN_CONTENT if readable.is_open else CONTENT
