"""Routes for openings: decide whether a reader may have the bytes, then send them, with ranges."""

from __future__ import annotations

import logging
import mimetypes
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Send

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.lending.shapes import NewOpening, OpeningShape
from ledger_service.api.methods import IS_HEAD
from ledger_service.api.ranges import asked_range, is_known
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import bytes_of
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content, while_open
from ledger_service.services.pools import CONTENT, LENDING
from ledger_service.services.resources.read_content import content_pieces, content_size

logger = logging.getLogger("muhr.api")
router = APIRouter(prefix="/openings", tags=["openings"], route_class=JsonRoute)
LONGEST_NAME = 80  # letters of a title in the name of a file


class CutStream(StreamingResponse):
    """Bytes that end with a cut connection, short of what was announced, when no more may or can leave."""

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except LedgerError as exc:  # the status has left; the server closes what is not complete
            logger.warning("a download was cut: %s", exc.slug())


@router.post(
    "", status_code=201, response_model=OpeningShape, openapi_extra=needs(Permission.CONTENT_OPEN)
)
@LENDING.takes
@once
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
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra=needs(Permission.CONTENT_OPEN),
)
@CONTENT.takes
def content(library: InLibrary, caller: InCaller, secret: str, request: Request) -> Response:
    """Send the bytes of an opening, or one range of them; each block is checked as it leaves.

    The grant is asked for again with every MiB. If it has ended, the connection is cut.
    """
    opened = opened_content(library, caller, secret)
    size = content_size(library, opened.registration)
    etag = f'"{opened.digest}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": _disposition(opened.registration.record),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": etag,
    }
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    is_head = IS_HEAD in request.scope
    asked = None if is_head else asked_range(request.headers, etag, size)
    start, end = asked or (0, size)
    headers["Content-Length"] = str(end - start)
    media_type = opened.registration.record.media_type
    if is_head:
        return Response(headers=headers, media_type=media_type)
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = content_pieces(library, opened.registration, start, end)
    first = next(pieces, b"")  # a block that is missing is told before the status is sent

    rest = CONTENT.each(while_open(library, opened, chain((first,), pieces)))
    status = 200 if asked is None else 206
    return CutStream(rest, status_code=status, headers=headers, media_type=media_type)


def _disposition(metadata: Metadata) -> str:
    """Return a name to keep the file by (RFC 6266): its title, with the ending of its type."""
    title = "".join(letter if letter.isalnum() else " " for letter in metadata.title)
    name = " ".join(title.split())[:LONGEST_NAME] or "resource"
    ending = mimetypes.guess_extension(metadata.media_type) or ""
    plain = name.encode("ascii", "ignore").decode().strip() or "resource"
    return f"attachment; filename=\"{plain}{ending}\"; filename*=UTF-8''{quote(name)}{ending}"
