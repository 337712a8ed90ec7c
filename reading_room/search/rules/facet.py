"""The facets by which what is found is counted and narrowed, and their marks in the index.

A mark is a token that no typed word can be, so that a narrowed search is one search in the index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

MARK = "\ue001"  # of private use: the fold leaves none in a word
EDGE = "\ue000"  # stands before a title, and between texts of one column
FIRST_YEAR, LAST_YEAR = 0, 9999
STEWARD_DIGITS = 16  # of an id, by which the stewards of one library are told apart
_YEAR = re.compile(r"(\d{1,4})\Z")
_YEARS = re.compile(r"(\d{1,4})?\s*(?:-|–|\.\.)\s*(\d{1,4})?\Z")


class Facet(StrEnum):
    """What a resource is told apart by."""

    KIND = "kind"
    LANGUAGE = "language"
    LICENSE = "license"
    ACCESS = "access"
    STEWARD = "steward"
    SUBJECT = "subject"
    YEAR = "year"


class Kind(StrEnum):
    """What a resource is, by its media type."""

    TEXT = "text"
    IMAGE = "image"
    SOUND = "sound"
    FILM = "film"
    MAP = "map"
    DATA = "data"
    OTHER = "other"

    @classmethod
    def of(cls, media_type: str) -> Kind:
        """Return what a resource of this media type is."""
        if media_type in _KINDS:
            return _KINDS[media_type]
        return _FAMILIES.get(media_type.partition("/")[0], cls.OTHER)


_FAMILIES = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "audio": Kind.SOUND,
    "video": Kind.FILM,
}
_KINDS = {
    **dict.fromkeys(
        (
            "application/pdf",
            "application/epub+zip",
            "application/msword",
            "application/rtf",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/x-fictionbook+xml",
            "image/vnd.djvu",
        ),
        Kind.TEXT,
    ),
    **dict.fromkeys(
        ("application/geo+json", "application/vnd.google-earth.kml+xml", "image/tiff; geo"),
        Kind.MAP,
    ),
    **dict.fromkeys(
        (
            "application/json",
            "application/xml",
            "application/zip",
            "application/x-sqlite3",
            "application/vnd.ms-excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/csv",
            "text/tab-separated-values",
            "text/xml",
        ),
        Kind.DATA,
    ),
}


class Access(StrEnum):
    """Whether everybody may read a resource, or whoever has a permission."""

    OPEN = "open"
    CLOSED = "closed"


_OWN_VALUES: dict[Facet, frozenset[str]] = {
    Facet.KIND: frozenset(Kind),
    Facet.ACCESS: frozenset(Access),
}
_SIGNS = dict(zip(Facet, "klraosy", strict=True))


@lru_cache(4096)  # of a million records, most share their values
def mark(facet: Facet, value: str) -> str:
    """Return the mark of a resource that has this value; one token, whatever the value is."""
    if facet is Facet.YEAR:
        return f"{MARK}y{value}"
    if value in _OWN_VALUES.get(facet, ()):
        return f"{MARK}{facet[0]}{value}"
    if facet is Facet.STEWARD:
        value = value[:STEWARD_DIGITS].lower()
    sign = _SIGNS[facet]  # others write such values: their letters are no part of the mark
    return MARK + sign + hashlib.sha256(value.encode(errors="replace")).hexdigest()[:10]


def named_mark(scheme: str, value: str) -> str:
    """Return the mark of a resource that is known by this identifier."""
    return (
        MARK + "i" + hashlib.sha256(f"{scheme}:{value}".encode(errors="replace")).hexdigest()[:16]
    )


def year_marks(year: int) -> Iterator[str]:
    """Yield the marks of a year: its own, and those of its decade and its century."""
    text = f"{year:04}"
    for digits in (4, 3, 2):
        yield mark(Facet.YEAR, text[:digits])


def years_in(text: str) -> tuple[int, int] | None:
    """Return the first and the last of the years that a text names: 1990, 1990-1999, 1990-, -1917."""
    if found := _YEAR.match(text):
        return int(found[1]), int(found[1])
    if (found := _YEARS.match(text)) and (found[1] or found[2]):
        first = int(found[1]) if found[1] else FIRST_YEAR
        last = int(found[2]) if found[2] else LAST_YEAR
        return min(first, last), max(first, last)
    return None


def range_marks(first: int, last: int) -> list[str]:
    """Return marks one of which each year from first to last has, and no other year; about 120 at most."""
    found: list[str] = []
    year = first
    while year <= last:
        for digits, years in ((2, 100), (3, 10), (4, 1)):
            if year % years == 0 and year + years - 1 <= last:
                found.append(mark(Facet.YEAR, f"{year:04}"[:digits]))
                year += years
                break
    return found
