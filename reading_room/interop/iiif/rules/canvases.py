"""What is shown, one canvas after another: each has a positive size, a duration, or both.

Source: IIIF Presentation API 3.0, §5.3 (Canvas), §5.5 (Annotation Page), §5.6 (Annotation), §5.7 (content).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain.content.picture_pack import WHOLE, PackedPicture
from reading_room.interop.iiif.rules.language_maps import LanguageMap, language_map, plain
from reading_room.interop.iiif.rules.placeholders import (
    FILE,
    HEIGHT,
    LENT,
    WIDTH,
    placeholder_path,
)
from reading_room.interop.iiif.rules.remarks import notes_reference
from reading_room.interop.iiif.rules.shown_work import COVER, Captions, ShownWork

JPEG = "image/jpeg"
SHOWN_AS_THEY_ARE = ("image/png", JPEG, "image/webp", "image/gif", "image/avif", "image/bmp")
"""Pictures that browsers show."""
FILM_WIDTH, FILM_HEIGHT = 1280, 720  # of a film whose extent nobody knows
SMALL_PIXELS = 400  # of a thumbnail, at most
LEAST_SECONDS = 0.001


@dataclass(frozen=True)
class Painted:
    """What a canvas shows. width, height: pixels; seconds: of what is heard or moves."""

    body: dict[str, Any]
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    label: LanguageMap | None = None
    thumbnail: dict[str, Any] | None = None
    captions: tuple[Captions, ...] = ()


def canvases(shown: ShownWork) -> list[dict[str, Any]]:
    """Return the canvases of a work, at least one."""
    return [_canvas(shown, number, one) for number, one in enumerate(_painted(shown), start=1)]


def canvas_address(shown: ShownWork, number: int) -> str:
    """Return the address of a canvas, from 1."""
    return f"{shown.address}/canvas/{number}"


def _painted(shown: ShownWork) -> Iterator[Painted]:
    if shown.is_book_by_page:
        for page, picture in shown.pictures.items():
            service = f"{shown.media_address}/pages/{page}"
            yield replace(_served(picture, service), label=plain(str(page)))
        return
    found = _of_one(shown)
    if found is None:
        kind = FILE if shown.is_open else LENT
        address = shown.public_url + placeholder_path(kind)
        found = Painted(image(address, "image/png", WIDTH, HEIGHT), WIDTH, HEIGHT)
    yield replace(found, label=language_map([(shown.work.title, shown.work.language)]))


def _of_one(shown: ShownWork) -> Painted | None:
    """Return what is shown of a work that is not shown by page; None for nothing."""
    if not shown.is_open:
        return None
    if WHOLE in shown.pictures:
        return _served(shown.pictures[WHOLE], f"{shown.media_address}/iiif")
    facts, media_type = shown.facts, shown.work.media_type
    if media_type.startswith(("audio/", "video/")) and (facts.seconds or 0) >= LEAST_SECONDS:
        return _played(shown)
    if media_type in SHOWN_AS_THEY_ARE and facts.width and facts.height:
        body = image(shown.work.content, media_type, facts.width, facts.height)
        return Painted(body, facts.width, facts.height)
    if COVER in shown.files and shown.cover:
        made = shown.files[COVER]
        body = image(shown.public_url + made.path, made.media_type, *shown.cover)
        return Painted(body, *shown.cover)
    return None


def _played(shown: ShownWork) -> Painted:
    facts, media_type = shown.facts, shown.work.media_type
    body = {
        "id": shown.work.content,
        "type": "Sound",
        "format": media_type,
        "duration": facts.seconds,
    }
    if media_type.startswith("audio/"):
        return Painted(body, seconds=facts.seconds, captions=shown.captions)
    body["type"] = "Video"
    extent = FILM_WIDTH, FILM_HEIGHT
    if facts.width and facts.height:
        extent = facts.width, facts.height
        body |= {"width": facts.width, "height": facts.height}
    return Painted(body, *extent, seconds=facts.seconds, captions=shown.captions)


def _served(picture: PackedPicture, service: str) -> Painted:
    """Return what a picture shows that is had in sizes or tiles."""
    told = [{"id": service, "type": "ImageService3", "profile": "level0"}]
    width, height = picture.sizes[-1]
    address = f"{service}/full/{width},{height}/0/default.jpg"
    body = {**image(address, JPEG, width, height), "service": told}
    fitting = [size for size in picture.sizes if max(size) <= SMALL_PIXELS] or picture.sizes[:1]
    small = f"{service}/full/{fitting[-1][0]},{fitting[-1][1]}/0/default.jpg"
    thumbnail = {**image(small, JPEG, *fitting[-1]), "service": told}
    return Painted(body, picture.width, picture.height, thumbnail=thumbnail)


def image(address: str, media_type: str, width: int, height: int) -> dict[str, Any]:
    """Return a picture as a content resource."""
    return {
        "id": address,
        "type": "Image",
        "format": media_type,
        "width": width,
        "height": height,
    }


def _canvas(shown: ShownWork, number: int, painted: Painted) -> dict[str, Any]:
    address = canvas_address(shown, number)
    told = {
        "id": address,
        "type": "Canvas",
        "label": painted.label,
        "width": painted.width,
        "height": painted.height,
        "duration": painted.seconds,
        "thumbnail": [painted.thumbnail] if painted.thumbnail else None,
        "items": [
            {
                "id": f"{address}/painting",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{address}/painting/1",
                        "type": "Annotation",
                        "motivation": "painting",
                        "body": painted.body,
                        "target": address,
                    }
                ],
            }
        ],
        "annotations": [*_captions(address, painted.captions), *notes_reference(shown, number)],
    }
    return {name: value for name, value in told.items() if value}


def _captions(address: str, captions: tuple[Captions, ...]) -> list[dict[str, Any]]:
    items = [
        {
            "id": f"{address}/captions/{number}",
            "type": "Annotation",
            "motivation": "supplementing",
            "body": {
                "id": one.address,
                "type": "Text",
                "format": "text/vtt",
                "label": language_map([(one.title, one.language)]),
                **({"language": one.language} if one.language else {}),
            },
            "target": address,
        }
        for number, one in enumerate(captions, start=1)
    ]
    told = {"id": f"{address}/captions", "type": "AnnotationPage", "items": items}
    return [told] if items else []
