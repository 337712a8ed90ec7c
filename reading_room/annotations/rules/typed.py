"""What a person types into the form of a note: where it belongs, in fields that can be filled in by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from ledger_service.domain.content.book_parts import EPUB_TYPE
from ledger_service.domain.errors import InvalidAnnotation
from reading_room.annotations.rules.fragments import Area, Span
from reading_room.annotations.rules.selectors import Place, Quote

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,7}(?:[.,]\d{1,3})?)", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,3})?", re.ASCII)
_COUNT = re.compile(r"\d{1,12}", re.ASCII)
SIDES = ("x", "y", "width", "height")
PIXELS = "pixels"

Get = Callable[[str], str]
"""Returns what was typed into a field, empty if nothing was."""


class Kind(StrEnum):
    """What kind of resource it is, which says what fields its form has."""

    PAGES = "pages"
    FILM = "film"
    BOOK = "book"
    PICTURE = "picture"
    OTHER = "other"


def kind_of(media_type: str) -> Kind:
    """Return the kind of a media type."""
    if media_type == "application/pdf":
        return Kind.PAGES
    if media_type == EPUB_TYPE:
        return Kind.BOOK
    begins = {"audio": Kind.FILM, "video": Kind.FILM, "image": Kind.PICTURE}
    return begins.get(media_type.partition("/")[0], Kind.OTHER)


def typed_place(get: Get) -> Place:
    """Return where the fields say that a note belongs; raise InvalidAnnotation for what is not understood."""
    exact = get("quote")
    quote = Quote(exact, get("prefix"), get("suffix")) if exact else None
    return Place(
        page=_count(get("page")),
        quote=quote,
        position=_position(get("start"), get("end")) if quote else None,
        span=_span(get("from"), get("to")),
        area=_area([get(side) for side in SIDES], is_percent=get("unit") != PIXELS),
        cfi=get("cfi") or None,
    )


def seconds(text: str) -> float | None:
    """Return a time such as 83, 1:23 or 1:01:23; None for nothing; raise InvalidAnnotation."""
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InvalidAnnotation("place", given=text[:40])
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    return hours * 3600 + minutes * 60 + float(found[3].replace(",", "."))


def _span(start: str, end: str) -> Span | None:
    begins = seconds(start)
    return None if begins is None else Span(begins, seconds(end))


def _area(sides: list[str], *, is_percent: bool) -> Area | None:
    if not any(sides):
        return None
    if not all(_NUMBER.fullmatch(side) for side in sides):
        raise InvalidAnnotation("place", given=" ".join(sides)[:40])
    x, y, width, height = (float(side.replace(",", ".")) for side in sides)
    return Area(x, y, width, height, is_percent)


def _count(text: str) -> int | None:
    if not text:
        return None
    if not _COUNT.fullmatch(text):
        raise InvalidAnnotation("place", given=text[:40])
    return int(text)


def _position(start: str, end: str) -> tuple[int, int] | None:
    if not (_COUNT.fullmatch(start) and _COUNT.fullmatch(end)):
        return None
    return int(start), int(end)
