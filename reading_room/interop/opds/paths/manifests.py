"""Manifests of Readium, and what they name: of open works for everybody, of lent ones under an opening.

An opening has an address that nobody can guess, as it has in the API; its grant is asked for again with every
MiB (docs/adr/0128). Logs hold no addresses.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.door import (
    IS_HEAD,
    InLibrary,
    bytes_of,
    count_use,
    deliver_opened,
    needs,
    send_part,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.read_book import find_readable
from ledger_service.services.lending.read_in_page import Held, content_in_page
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, OPEN_CONTENT
from reading_room.interop.opds.paths.frame import (
    JSON_OBJECT,
    InAddresses,
    router,
    send,
    standing,
)
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.manifest import manifest_of_book, manifest_of_sound
from reading_room.interop.opds.rules.publication import (
    AUDIOBOOK_TYPE,
    MANIFEST_TYPES,
    manifest_type,
)
from reading_room.interop.opds.verbs.read_manifest import Contents, read_contents
from reading_room.interop.opds.verbs.tell_works import tell_work

TYPES = (AUDIOBOOK_TYPE, *MANIFEST_TYPES.values())
MANIFEST: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(TYPES, JSON_OBJECT)},
}
BYTES: dict[int | str, dict[str, Any]] = {200: bytes_of("*/*")}
Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="of the opening; it is secret")]
OPENLY = needs(Permission.RESOURCE_READ)


@router.get(
    "/publications/{digest}/manifest.json",
    response_class=Response,
    responses=MANIFEST,
    openapi_extra=OPENLY,
)
@OPEN_CONTENT.takes
def manifest(library: InLibrary, request: Request, addresses: InAddresses, digest: str) -> Response:
    """Tell of which parts an open book is made, or how long an open sound lasts."""
    wanted = Digest.parse(digest)
    standing(tell_work(library, wanted, addresses.base))
    found = read_contents(library, wanted, None, addresses.base)
    if found.parts is not None and IS_HEAD not in request.scope:
        count_use(request, wanted)
    address = addresses.publication(digest, "/manifest.json")
    return _send(library, request, addresses, found, address, found.told.work.content)


@router.get(
    "/publications/{digest}/book/{path:path}",
    response_class=StreamingResponse,
    responses=BYTES,
    openapi_extra=OPENLY,
)
async def part(library: InLibrary, request: Request, digest: str, path: str) -> Response:
    """Send a part of an open book."""
    find = partial(find_readable, library, Digest.parse(digest), None)
    return await send_part(request, await OPEN_CONTENT.run(find), path)


@router.get(
    "/openings/{digest}/{key}/manifest.json",
    response_class=Response,
    responses=MANIFEST,
    openapi_extra=OPENLY,
)
@CONTENT.takes
def opened_manifest(
    library: InLibrary, request: Request, addresses: InAddresses, digest: str, key: Key
) -> Response:
    """Tell the same of what somebody has opened."""
    found = read_contents(library, Digest.parse(digest), Held(key), addresses.base)
    address = addresses.opening(digest, key, "manifest.json")
    return _send(library, request, addresses, found, address, "content")


@router.get(
    "/openings/{digest}/{key}/book/{path:path}",
    response_class=StreamingResponse,
    responses=BYTES,
    openapi_extra=OPENLY,
)
async def opened_part(
    library: InLibrary, request: Request, digest: str, key: Key, path: str
) -> Response:
    """Send a part of a book that somebody has opened."""
    find = partial(find_readable, library, Digest.parse(digest), Held(key))
    return await send_part(request, await CONTENT.run(find), path)


@router.get(
    "/openings/{digest}/{key}/content",
    response_class=StreamingResponse,
    responses=BYTES,
    openapi_extra=OPENLY,
)
@CONTENT.takes
def opened_file(library: InLibrary, request: Request, digest: str, key: Key) -> Response:
    """Send the file that somebody has opened, or a range of it."""
    opened = content_in_page(library, Held(key), Digest.parse(digest))
    return deliver_opened(library, opened, request, download=True)


def _send(
    library: Library,
    request: Request,
    addresses: Addresses,
    found: Contents,
    address: str,
    content: str,
) -> Response:
    work = found.told.work
    if found.parts is None:
        told = manifest_of_sound(
            addresses, work, address, content, _seconds(request, library, found.told.digest)
        )
    else:
        told = manifest_of_book(addresses, work, address, *found.parts)
    kind = manifest_type(work.media_type)
    assert kind is not None  # as read_contents has found
    return send(request, addresses, told, kind, is_private=not found.is_open)


def _seconds(request: Request, library: Library, digest: Digest) -> float | None:
    """Return how long a sound lasts, as the first room tells that knows."""
    told = (tell(library, digest) for tell in request.app.state.renditions)
    return next((found.facts.seconds for found in told if found is not None), None)
