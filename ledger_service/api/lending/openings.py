"""Routes for openings: decide whether a reader may have the bytes, then send them, with ranges."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.delivery import AskedDownload, deliver_opened
from ledger_service.api.lending.shapes import NewOpening, OpeningShape
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import bytes_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content
from ledger_service.services.pools import CONTENT, LENDING

router = APIRouter(prefix="/openings", tags=["openings"], route_class=JsonRoute)


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
        marked=opening.is_marked,
        content=content,
    )


@router.get(
    "/{secret}/content",
    response_class=StreamingResponse,
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra=needs(Permission.CONTENT_OPEN),
)
@CONTENT.takes
def content(
    library: InLibrary,
    caller: InCaller,
    secret: str,
    request: Request,
    download: AskedDownload = False,
) -> Response:
    """Send the bytes of an opening, or one range of them; each block is checked as it leaves.

    The grant is asked for again with every MiB. If it has ended, the connection is cut, and the next
    request is told why.
    """
    opened = opened_content(library, caller, secret)
    return deliver_opened(library, opened, request, download)
