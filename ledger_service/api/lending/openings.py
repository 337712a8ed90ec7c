"""Routes for openings: decide whether a reader may have the bytes, then send them, with ranges."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.callers import (
    SECURED,
    InCaller,
    InLibrary,
    caller_now,
    library_of,
    needs,
)
from ledger_service.api.delivery import DOWNLOAD, asked_download, deliver_opened
from ledger_service.api.lending.shapes import NewOpening, OpeningShape, WaitingShape
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import bytes_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.cohorts.claim_grant import CLAIM_SECONDS, claim_first
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, LENDING

router = APIRouter(prefix="/openings", tags=["openings"], route_class=JsonRoute)
quick = APIRouter(prefix="/openings", tags=["openings"])
"""Of the bytes: a quick route (quick_routes.py)."""


@router.post(
    "",
    status_code=201,
    response_model=OpeningShape | WaitingShape,
    responses={202: {"model": WaitingShape, "description": "Claimed, and on its way to the chain"}},
    openapi_extra=needs(Permission.CONTENT_OPEN),
)
@LENDING.takes
@once
def open_(
    library: InLibrary, caller: InCaller, new: NewOpening, response: Response
) -> OpeningShape | WaitingShape:
    """Open a resource under a live grant. The opening, or the denial, is an entry of the ledger.

    Who has a right by a course and opens for the first time claims it so: the answer is 202 until the chain
    has the grant. Ask again then, under another `Idempotency-Key` or none.
    """
    digest = Digest.parse(new.digest)
    claimed = claim_first(library, caller, digest)
    if claimed is not None:
        response.status_code = 202
        response.headers["Retry-After"] = str(CLAIM_SECONDS)
        return WaitingShape(
            digest=new.digest, grant=claimed.id.hex(), state=claimed.state.value, content=None
        )
    opening = open_resource(library, caller, digest=digest)
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


@quick.get(
    "/{secret}/content",
    response_class=StreamingResponse,
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra={**needs(Permission.CONTENT_OPEN), **SECURED, "parameters": [DOWNLOAD]},
)
async def content(request: Request, secret: str) -> Response:
    """Send the bytes of an opening, or one range of them; each block is checked as it leaves.

    The grant is asked for again with every MiB. If it has ended, the connection is cut, and the next
    request is told why.
    """
    library = await library_of(request)
    return await CONTENT.run(partial(_content, library, request, secret))


def _content(library: Library, request: Request, secret: str) -> Response:
    """Decide and read in one thread: players ask for a range after the other, each of few bytes."""
    caller = caller_now(request, library)
    download = asked_download(request)
    return deliver_opened(library, opened_content(library, caller, secret), request, download)
