"""`/iiif/…`: manifests and collections by IIIF Presentation 3, and Content Search 2 within books by page.

Pages of every site may read them, with no credentials. The pictures themselves are had at the addresses that
the media room gives them, and every other file at that of its content.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ledger_service.api.door import InLibrary, bytes_of, needs
from ledger_service.domain.errors import RouteNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.reasons import Value
from ledger_service.messages import said
from ledger_service.messages.languages import LANGUAGES
from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library
from ledger_service.services.pools import PLACES
from reading_room.interop.iiif.rules.canvases import canvas_address
from reading_room.interop.iiif.rules.collections import collection, list_reference, work_reference
from reading_room.interop.iiif.rules.hits import (
    CONTEXT,
    HITS_A_PAGE,
    MOST_HITS,
    NOT_HEEDED,
    hits_page,
)
from reading_room.interop.iiif.rules.language_maps import LanguageMap
from reading_room.interop.iiif.rules.manifest import CONTEXT as PRESENTATION
from reading_room.interop.iiif.rules.manifest import manifest
from reading_room.interop.iiif.rules.placeholders import placeholder
from reading_room.interop.iiif.rules.shown_work import ShownWork
from reading_room.interop.iiif.verbs import find_words, list_works, show_work

HOUR, DAY = 3600, 86_400  # seconds
WORKS_OF_A_LIST = 100
LAST_PAGE = MOST_HITS // HITS_A_PAGE
LIBRARY = "collection.json"

router = APIRouter(prefix="/iiif", tags=["iiif"])
Ignored = Annotated[str | None, Query(max_length=200, description="not heeded here")]
AskedManifest = Annotated[
    str | None, Query(alias="manifest", max_length=400, description="not heeded here")
]


def _type(context: str) -> str:
    return f'application/ld+json;profile="{context}"'


def _answers(context: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {_type(context): {"schema": {"type": "object"}}}}}


@router.get(
    f"/{LIBRARY}",
    response_class=Response,
    responses=_answers(PRESENTATION),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def library_collection(
    library: InLibrary, request: Request, cursor: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """List what the library holds, oldest first, as a collection; what does not fit is in the next one."""
    public_url = _public_url(request)
    page = list_works(library, PageRequest(cursor, WORKS_OF_A_LIST))
    address = f"{public_url}/iiif/{LIBRARY}"
    items = []
    for item in page.items:
        record = item.record
        titles = [(record.title, record.language)]
        titles += [(other.text, other.language) for other in record.titles]
        items.append(work_reference(public_url, item.digest.hex(), titles))
    if page.next is not None:
        items.append(list_reference(f"{address}?cursor={page.next}", _say("page.iiif.further")))
    own = f"{address}?cursor={cursor}" if cursor else address
    label = _say("page.iiif.further" if cursor else "page.iiif.library")
    return _sent(collection(own, label, f"{public_url}/resources", items), PRESENTATION)


@router.get(
    "/placeholder/{kind}.png",
    response_class=Response,
    responses={200: bytes_of("image/png")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def placeholder_picture(request: Request, kind: str) -> Response:
    """Send the picture that stands where a viewer can show nothing."""
    data = placeholder(kind)
    if data is None:
        raise RouteNotFound(path=request.url.path[:200])
    headers = {"Cache-Control": f"public, max-age={DAY}"}
    return Response(data, headers=headers, media_type="image/png")


@router.get(
    "/{digest}/manifest.json",
    response_class=Response,
    responses=_answers(PRESENTATION),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def work_manifest(
    library: InLibrary, request: Request, digest: str, manifest_: AskedManifest = None
) -> Response:
    """Tell viewers of a work. Of what is closed they learn what its page says, and are shown no byte.

    A link that is dragged into a viewer names the manifest once more behind the question mark.
    """
    del manifest_
    return _sent(manifest(_shown(library, request, digest), _say), PRESENTATION)


@router.get(
    "/{digest}/canvas/{rest:path}",
    response_class=Response,
    responses=_answers(PRESENTATION),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def part_of_manifest(library: InLibrary, request: Request, digest: str, rest: str) -> Response:
    """Tell a part of a manifest alone: a canvas, and what is painted on it or goes with it."""
    shown = _shown(library, request, digest)
    address = f"{shown.address}/canvas/{rest}"
    whole = manifest(shown, _say)
    part = next((one for one in _parts(whole["items"]) if one.get("id") == address), None)
    if part is None:
        raise RouteNotFound(path=request.url.path[:200])
    return _sent({"@context": PRESENTATION, **part}, PRESENTATION)


@router.get(
    "/{digest}/search",
    response_class=Response,
    responses=_answers(CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def search(
    library: InLibrary,
    request: Request,
    digest: str,
    q: Annotated[str, Query(max_length=200, description="words")] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    motivation: Ignored = None,
    date: Ignored = None,
    user: Ignored = None,
) -> Response:
    """Tell on which pages of an open book words stand, one after another; the first few hundred places."""
    shown = _shown(library, request, digest)
    given = dict(zip(NOT_HEEDED, (motivation, date, user), strict=True))
    ignored = [name for name, value in given.items() if value is not None]
    hits = find_words(library, shown, q)
    numbers = {number: place for place, number in enumerate(shown.pictures, start=1)}

    def canvas_of(number: int) -> str:
        return canvas_address(shown, numbers[number])

    told = hits_page(hits, f"{shown.address}/search", q, page, canvas_of, ignored)
    return _sent(told, CONTEXT)


def _public_url(request: Request) -> str:
    address: str = request.app.state.public_url
    return address


def _shown(library: Library, request: Request, digest: str) -> ShownWork:
    tells = request.app.state.renditions
    return show_work(library, _public_url(request), Digest.parse(digest), tells)


def _say(name: str, **values: Value) -> LanguageMap:
    """Return a text of ours in each of our languages."""
    return {language: [said(name, language, **values)] for language in LANGUAGES}


def _parts(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield canvases, annotation pages and annotations, each before what is in it."""
    for item in items:
        yield item
        yield from _parts(item.get("items", []))
        yield from _parts(item.get("annotations", []))


def _sent(told: dict[str, Any], context: str) -> Response:
    headers = {"Cache-Control": f"public, max-age={HOUR}"}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, headers=headers, media_type=_type(context))
