"""A work: its manifest, the parts of it singly, search in a book, and what stands for what is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from ledger_service.api.door import InLibrary, bytes_of, needs
from ledger_service.domain.errors import RouteNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from ledger_service.services.pools import PLACES, WORDS
from reading_room.interop.iiif.paths.frame import DAY, answers, public_url_of, router, say, sent
from reading_room.interop.iiif.rules.canvases import canvas_address, canvases
from reading_room.interop.iiif.rules.hits import (
    CONTEXT,
    HITS_A_PAGE,
    MOST_HITS,
    NOT_HEEDED,
    hits_page,
)
from reading_room.interop.iiif.rules.hits_of_first import CONTEXT as FIRST_CONTEXT
from reading_room.interop.iiif.rules.hits_of_first import annotation_list
from reading_room.interop.iiif.rules.manifest import CONTEXT as PRESENTATION
from reading_room.interop.iiif.rules.manifest import manifest
from reading_room.interop.iiif.rules.placeholders import placeholder
from reading_room.interop.iiif.rules.remarks import notes_page
from reading_room.interop.iiif.rules.shown_work import ShownWork
from reading_room.interop.iiif.verbs import find_words, show_work

LAST_PAGE = MOST_HITS // HITS_A_PAGE
Ignored = Annotated[str | None, Query(max_length=200, description="not heeded here")]
AskedManifest = Annotated[
    str | None, Query(alias="manifest", max_length=400, description="not heeded here")
]


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
    responses=answers(PRESENTATION),
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
    return sent(manifest(_shown(library, request, digest), say), PRESENTATION)


@router.get(
    "/{digest}/canvas/{rest:path}",
    response_class=Response,
    responses=answers(PRESENTATION),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def part_of_manifest(library: InLibrary, request: Request, digest: str, rest: str) -> Response:
    """Tell a part of a manifest alone: a canvas, and what is painted on it or goes with it."""
    shown = _shown(library, request, digest)
    address = f"{shown.address}/canvas/{rest}"
    whole = manifest(shown, say)
    part = next((one for one in _parts(whole["items"]) if one.get("id") == address), None)
    if part is None:
        raise RouteNotFound(path=request.url.path[:200])
    return sent({"@context": PRESENTATION, **part}, PRESENTATION)


@router.get(
    "/{digest}/notes/{page}",
    response_class=Response,
    responses=answers(PRESENTATION),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def notes_on_canvas(
    library: InLibrary, request: Request, digest: str, page: Annotated[int, Path(ge=1, le=10**6)]
) -> Response:
    """Tell what readers wrote for everybody about a canvas, as it stands now."""
    shown = _shown(library, request, digest)
    address = canvas_address(shown, page)
    canvas = next((one for one in canvases(shown) if one["id"] == address), None)
    if canvas is None:
        raise RouteNotFound(path=request.url.path[:200])
    answer = sent(notes_page(shown, page, canvas, PRESENTATION), PRESENTATION)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@dataclass
class Asked:
    """What is looked for in a book. q: words; page: of the hits; the rest is taken, and changes nothing."""

    q: Annotated[str, Query(max_length=200, description="words")] = ""
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1
    motivation: Ignored = None
    date: Ignored = None
    user: Ignored = None

    @property
    def ignored(self) -> list[str]:
        """Which of the parameters that change nothing were given."""
        return [name for name in NOT_HEEDED if getattr(self, name) is not None]


@router.get(
    "/{digest}/search",
    response_class=Response,
    responses=answers(CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@WORDS.takes
def search(
    library: InLibrary, request: Request, digest: str, asked: Annotated[Asked, Depends()]
) -> Response:
    """Tell on which pages of an open book words stand, one after another; the first few hundred places."""
    shown = _shown(library, request, digest)
    hits, address = find_words(library, shown, asked.q), f"{shown.address}/search"
    told = hits_page(hits, address, asked.q, asked.page, _canvases(shown), asked.ignored)
    return sent(told, CONTEXT)


@router.get(
    "/{digest}/search1",
    response_class=Response,
    responses=answers(FIRST_CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@WORDS.takes
def first_search(
    library: InLibrary, request: Request, digest: str, asked: Annotated[Asked, Depends()]
) -> Response:
    """Tell the same as Content Search 1 has it."""
    shown = _shown(library, request, digest)
    hits, address = find_words(library, shown, asked.q), f"{shown.address}/search1"
    told = annotation_list(hits, address, asked.q, asked.page, _canvases(shown), asked.ignored)
    return sent(told, FIRST_CONTEXT)


def _canvases(shown: ShownWork) -> Callable[[int], str]:
    """Return what tells the canvas of a page, and that the whole of it is meant.

    Universal Viewer 4 needs a part to be named, and for that of a whole picture it marks the page.
    """
    places = {page: place for place, page in enumerate(shown.pictures, start=1)}

    def whole(page: int) -> str:
        picture = shown.pictures[page]
        part = f"#xywh=0,0,{picture.width},{picture.height}"
        return canvas_address(shown, places[page]) + part

    return whole


def _shown(library: Library, request: Request, digest: str) -> ShownWork:
    state = request.app.state
    tells, noted = state.renditions, state.remarks
    return show_work(library, public_url_of(request), Digest.parse(digest), tells, noted)


def _parts(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield canvases, annotation pages and annotations, each before what is in it."""
    for item in items:
        yield item
        yield from _parts(item.get("items", []))
        yield from _parts(item.get("annotations", []))
