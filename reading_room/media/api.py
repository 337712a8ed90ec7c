"""Routes of media: what a resource is by its content, its cover and its words.

What reads kept files has threads of its own: a place of content that hangs holds up nobody else.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from ledger_service.api.door import (
    CutStream,
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    bytes_of,
    needs,
    once,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.pools import OPEN_CONTENT
from reading_room.media.pyramid import open_pictures
from reading_room.media.reading.findings import COVER_TYPE
from reading_room.media.rules import Media, Rendition, RenditionKind
from reading_room.media.sql import SqlMedia
from reading_room.media.verbs import find_media, open_rendition, read_again

HOUR, DAY = 3600, 86_400  # seconds
IIIF_TYPE = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
AskedNumber = Annotated[int, Path(ge=1, lt=10**6)]
router = APIRouter(prefix="/resources/{digest}/media", route_class=JsonRoute, tags=["media"])


class RenditionShape(Shape):
    """What was made of a resource, and the CID by which it is kept."""

    kind: str
    media_type: str
    cid: str
    bytes: int

    @classmethod
    def of_rendition(cls, made: Rendition) -> RenditionShape:
        return cls(
            kind=made.kind,
            media_type=made.media_type,
            cid=made.cid.base32(),
            bytes=made.size_bytes,
        )


class MediaShape(Shape):
    """What a resource is by its content; null is what it does not have, or what was not found.

    read_at: seconds since 1970 UTC; read_by: what read it; width, height: pixels; seconds: of sound or
    film. title, identifiers: as the file names itself, of open content only; text_is_cut: its words
    are more than what is kept of them.
    """

    digest: str
    read_at: int
    read_by: str
    media_type: str | None
    width: int | None
    height: int | None
    pages: int | None
    seconds: float | None
    title: str | None
    identifiers: list[str]
    text_is_cut: bool
    problem: str | None
    renditions: list[RenditionShape]

    @classmethod
    def of_media(cls, known: Media) -> MediaShape:
        return cls(
            digest=known.digest.hex(),
            read_at=known.at,
            read_by=known.by,
            media_type=known.media_type,
            width=known.width,
            height=known.height,
            pages=known.pages,
            seconds=None if known.milliseconds is None else known.milliseconds / 1000,
            title=known.title,
            identifiers=list(known.identifiers),
            text_is_cut=known.is_cut,
            problem=known.problem,
            renditions=[RenditionShape.of_rendition(made) for made in known.renditions],
        )


@router.get("", response_model=MediaShape, openapi_extra=needs(Permission.RESOURCE_READ))
def show(library: InLibrary, digest: str) -> MediaShape:
    """Tell what a resource is by its content: of closed content its type and its extent alone."""
    return MediaShape.of_media(find_media(library, SqlMedia, Digest.parse(digest)))


@router.post(
    "",
    status_code=202,
    response_model=MediaShape,
    openapi_extra=needs(Permission.MEDIA_READ_AGAIN),
)
@once
def again(library: InLibrary, caller: InCaller, digest: str) -> MediaShape:
    """Have a resource read again by the worker; the answer is what was known before."""
    wanted = Digest.parse(digest)
    read_again(library, caller, SqlMedia, wanted)
    return MediaShape.of_media(find_media(library, SqlMedia, wanted))


@router.get(
    "/cover",
    response_class=StreamingResponse,
    responses={200: bytes_of(COVER_TYPE)},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def cover(library: InLibrary, digest: str) -> StreamingResponse:
    """Send the cover of an open resource: WebP, 480 pixels at its longer side."""
    return _sent(library, digest, RenditionKind.COVER)


@router.get(
    "/text",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def text(library: InLibrary, digest: str) -> StreamingResponse:
    """Send the words of an open resource, as far as they are kept: UTF-8, a form feed after each page."""
    return _sent(library, digest, RenditionKind.TEXT)


@router.get(
    "/iiif/info.json",
    response_class=JSONResponse,
    responses={200: {"content": {IIIF_TYPE: {"schema": {"type": "object"}}}}},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def picture(library: InLibrary, digest: str, request: Request) -> Response:
    """Describe the tiles of a large open picture: IIIF Image API 3.0, level 0."""
    wanted = Digest.parse(digest)
    address = f"{request.app.state.public_url}{request.url.path.removesuffix('/info.json')}"
    pack = open_pictures(library, SqlMedia, wanted, RenditionKind.TILES)
    return JSONResponse(pack.picture().info(address), headers=_for_all(HOUR), media_type=IIIF_TYPE)


@router.get(
    "/iiif/{region}/{size}/0/default.jpg",
    response_class=Response,
    responses={200: bytes_of("image/jpeg")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def tile(library: InLibrary, digest: str, region: str, size: str) -> Response:
    """Send one tile of a large open picture, by the part that it shows and its size, as info.json tells."""
    pack = open_pictures(library, SqlMedia, Digest.parse(digest), RenditionKind.TILES)
    return Response(pack.piece(region, size), headers=_for_all(DAY), media_type="image/jpeg")


@router.get(
    "/pages/{page}/info.json",
    response_class=JSONResponse,
    responses={200: {"content": {IIIF_TYPE: {"schema": {"type": "object"}}}}},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def page_picture(library: InLibrary, digest: str, page: AskedNumber, request: Request) -> Response:
    """Describe the picture of a page, from 1, of an open book: IIIF Image API 3.0, level 0."""
    wanted = Digest.parse(digest)
    address = f"{request.app.state.public_url}{request.url.path.removesuffix('/info.json')}"
    pack = open_pictures(library, SqlMedia, wanted, RenditionKind.PAGES)
    told = pack.picture(page).info(address)
    return JSONResponse(told, headers=_for_all(HOUR), media_type=IIIF_TYPE)


@router.get(
    "/pages/{page}/{region}/{size}/0/default.jpg",
    response_class=Response,
    responses={200: bytes_of("image/jpeg")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def page_in_size(
    library: InLibrary, digest: str, page: AskedNumber, region: str, size: str
) -> Response:
    """Send the picture of a page of an open book, in one of the sizes that its info.json tells."""
    pack = open_pictures(library, SqlMedia, Digest.parse(digest), RenditionKind.PAGES)
    data = pack.piece(region, size, page)
    return Response(data, headers=_for_all(DAY), media_type="image/jpeg")


def _for_all(seconds: int) -> dict[str, str]:
    """Return headers of what viewers at other sites may load, too."""
    return {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": f"public, max-age={seconds}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


def _sent(library: InLibrary, digest: str, kind: RenditionKind) -> StreamingResponse:
    made, pieces = open_rendition(library, SqlMedia, Digest.parse(digest), kind)
    headers = {
        **_for_all(HOUR),
        "Content-Length": str(made.size_bytes),
        "ETag": f'"{made.cid.base32()}"',
    }
    return CutStream(OPEN_CONTENT.each(pieces), headers=headers, media_type=made.media_type)
