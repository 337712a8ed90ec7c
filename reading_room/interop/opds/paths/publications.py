"""A publication by itself, and its cover."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from fastapi import Request, Response

from ledger_service.api.door import InLibrary, bytes_of, is_known, needs
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.exports.forms.opds import PUBLICATION_TYPE
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.content import MadeFile
from ledger_service.services.library import Library
from ledger_service.services.pools import OPEN_CONTENT, PLACES
from reading_room.interop.opds.paths.frame import (
    JSON_OBJECT,
    InAddresses,
    publication_of,
    router,
    send,
    standing,
)
from reading_room.interop.opds.rules.publication import COVER_TYPE
from reading_room.interop.opds.verbs.draw_cover import LARGEST_BYTES, as_jpeg, draw_cover
from reading_room.interop.opds.verbs.tell_works import ToldWork, Way, tell_work

HOUR = 3600
PUBLICATION: dict[int | str, dict[str, Any]] = {
    200: {"content": {PUBLICATION_TYPE: JSON_OBJECT}},
}


@router.get(
    "/publications/{digest}",
    response_class=Response,
    responses=PUBLICATION,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def publication(
    library: InLibrary, request: Request, addresses: InAddresses, digest: str
) -> Response:
    """Show a work as a publication: what it is, and how it is had; 410 if it was withdrawn."""
    told = standing(tell_work(library, Digest.parse(digest), addresses.base))
    return send(request, addresses, publication_of(addresses, told), PUBLICATION_TYPE)


@router.get(
    "/covers/{digest}.jpg",
    response_class=Response,
    responses={200: bytes_of(COVER_TYPE)},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def cover(library: InLibrary, request: Request, addresses: InAddresses, digest: str) -> Response:
    """Send a cover: of open content the picture that was made of it, else one that has its title."""
    wanted = Digest.parse(digest)
    told = standing(tell_work(library, wanted, addresses.base))
    made = _made(request, library, told)
    author = next((person.name for person in told.work.authors), "")
    etag = _tag(told.work.title, author) if made is None else _tag(made.cid)
    headers = {"Cache-Control": f"public, max-age={HOUR}", "ETag": etag}
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    data = None if made is None else _converted(library, made)
    if data is None:
        data = _drawn(str(wanted), told.work.title, author)
    return Response(data, headers=headers, media_type=COVER_TYPE)


def _made(request: Request, library: Library, told: ToldWork) -> MadeFile | None:
    """Return the cover that a room made of what everybody may read."""
    if told.way is not Way.OPEN:
        return None
    found = (tell(library, told.digest) for tell in request.app.state.renditions)
    files = [made for one in found if one is not None for made in one.files]
    return next((made for made in files if made.kind == "cover"), None)


def _converted(library: Library, made: MadeFile) -> bytes | None:
    """Return a cover that is kept, as JPEG; None if it cannot be read now."""
    if made.size_bytes > LARGEST_BYTES:
        return None
    try:
        cid = ContentId.parse_base32(made.cid)
        return as_jpeg(b"".join(library.content.read(cid, 0, made.size_bytes)))
    except (LedgerError, ValueError):
        return None


@lru_cache(256)  # some 20 KB each
def _drawn(digest: str, title: str, author: str) -> bytes:
    return draw_cover(digest, title, author)


def _tag(*texts: str) -> str:
    return f'"{hashlib.sha256(chr(0).join(texts).encode("utf-8", "replace")).hexdigest()[:32]}"'
