"""The plain address of a resource's bytes: for everybody if its license is open, else for who opened it.

A player in the library's own page cannot send a token. It sends the cookie of the opening that the page made.
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.delivery import AskedDownload, Terms, deliver, deliver_opened
from ledger_service.api.requests import JsonRoute
from ledger_service.api.routing.methods import IS_HEAD
from ledger_service.api.shapes import bytes_of
from ledger_service.api.uses import count_use
from ledger_service.domain.errors import ContentClosed
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.lending.read_in_page import Held, content_in_page
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, OPEN_CONTENT
from ledger_service.services.resources.find_content import open_to_everybody
from ledger_service.services.resources.read_content import registered_content

FRESH_SECONDS = (
    86_400  # that a cache may keep it unasked; its bytes never change, but it may be withdrawn
)
OPENLY = f"public, max-age={FRESH_SECONDS}, immutable"

router = APIRouter(prefix="/resources", tags=["resources"], route_class=JsonRoute)


@router.get(
    "/{digest}/content",
    response_class=StreamingResponse,
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
async def content(
    library: InLibrary, digest: str, request: Request, download: AskedDownload = False
) -> Response:
    """Send the bytes of what is under an open license, or one range of them; nobody needs a token or a grant.

    It is counted by the hour, and not by whom. What is closed is sent to the browser in which its page,
    `/read/{digest}`, has opened it.
    """
    wanted, held = Digest.parse(digest), Held.of(request.cookies)
    try:
        found = await run_in_threadpool(open_to_everybody, library, wanted)
    except ContentClosed:
        if held is None:
            raise
        return await CONTENT.run(partial(_opened, library, wanted, held, request, download))
    terms = Terms(OPENLY, OPEN_CONTENT, download is not False)
    answer = await OPEN_CONTENT.run(partial(_openly, library, found, request, terms))
    if link := _page_link(request, wanted):
        answer.headers["Link"] = link
    answer.headers["Access-Control-Allow-Origin"] = "*"  # players at other sites may show it
    if _begins(request, answer):
        count_use(request, wanted)
    return answer


def _openly(library: Library, found: Registration, request: Request, terms: Terms) -> Response:
    return deliver(registered_content(library, found), found.record, request, terms)


def _page_link(request: Request, digest: Digest) -> str:
    """Return the header that leads from a file to its page, where there is one (Signposting)."""
    kinds = {
        "": ("collection", "text/html"),
        "/linkset.json": ("linkset", "application/linkset+json"),
    }
    places, base = request.app.state.places, f"{request.app.state.public_url}/resources/{digest}"
    links = [
        f'<{base}{end}>; rel="{relation}"; type="{media_type}"'
        for end, (relation, media_type) in kinds.items()
        if f"/resources/{{digest}}{end}" in places
    ]
    return ", ".join(links)


def _begins(request: Request, answer: Response) -> bool:
    """Return whether a use begins: who asks for what comes later goes on with one, or resumes it."""
    told = answer.headers.get("content-range", "bytes 0-")
    return IS_HEAD not in request.scope and told.startswith("bytes 0-")


def _opened(
    library: Library, digest: Digest, held: Held, request: Request, download: bool | str
) -> Response:
    opened = content_in_page(library, held, digest)
    return deliver_opened(library, opened, request, download)
