"""Routes for openings: decide whether a reader may have the bytes, then send them, with ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.lending.shapes import NewOpening, OpeningShape
from ledger_service.api.requests import JsonRoute
from ledger_service.domain.errors import InvalidRange
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.open_resource import open_resource, opened_content

router = APIRouter(prefix="/openings", tags=["openings"], route_class=JsonRoute)
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")


@router.post(
    "", status_code=201, response_model=OpeningShape, openapi_extra=needs(Permission.CONTENT_OPEN)
)
def open_(
    library: InLibrary, caller: InCaller, new: NewOpening, response: Response
) -> OpeningShape:
    """Open a resource under a live grant. The opening, or the denial, is an entry of the ledger."""
    opening = open_resource(library, caller, digest=Digest.parse(new.digest))
    content = f"/api/v1/openings/{opening.secret}/content"
    response.headers["Location"] = content
    response.headers["Cache-Control"] = "no-store"
    return OpeningShape(
        digest=opening.digest.hex(),
        entry=opening.entry,
        grant=opening.grant.hex(),
        expires_at=opening.expires_at,
        content=content,
    )


@router.get(
    "/{secret}/content",
    response_class=StreamingResponse,
    openapi_extra=needs(Permission.CONTENT_OPEN),
)
def content(library: InLibrary, caller: InCaller, secret: str, request: Request) -> Response:
    """Send the bytes of an opening, or one range of them; each block is checked as it leaves."""
    opened = opened_content(library, caller, secret)
    size = library.content.size(opened.cid)
    asked = request.headers.get("range")
    start, end = (0, size) if asked is None else _range(asked, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{opened.digest}"',
        "Content-Length": str(end - start),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{opened.digest}"',
    }
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = library.content.read(opened.cid, start, end)
    first = next(pieces, b"")  # a block that is missing is told before the status is sent

    def stream() -> Iterator[bytes]:
        yield first
        yield from pieces

    return StreamingResponse(
        stream(),
        status_code=200 if asked is None else 206,
        headers=headers,
        media_type=opened.metadata.media_type,
    )


def _range(header: str, size: int) -> tuple[int, int]:
    """Return (start, end) of one byte range, end excluded; raise InvalidRange for others."""
    found = _RANGE.match(header.strip())
    if not found or found.groups() == ("", ""):
        raise InvalidRange("one")
    first, last = found.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= end:
        raise InvalidRange("size", size=size)
    return start, end
