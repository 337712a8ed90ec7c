"""Which part of a file is meant: the fragments that a selector may name, each by its own standard.

Sources: Media Fragments URI 1.0 §4.2, RFC 3778 §3 (pages of PDF), EPUB Canonical Fragment Identifiers 1.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidAnnotation

MEDIA = "http://www.w3.org/TR/media-frags/"
PDF = "http://tools.ietf.org/rfc/rfc3778"
CFI = "http://www.idpf.org/epub/linking/cfi/epub-cfi.html"
STANDARDS = (MEDIA, PDF, CFI)
LONGEST_FRAGMENT = 1000  # characters
LAST_PAGE = 100_000
LONGEST_SECONDS = 10_000_000
LARGEST_PIXEL = 10_000_000
_NUMBER = r"\d{1,8}(?:\.\d{1,6})?"
_TIME = re.compile(rf"t=(?:npt:)?({_NUMBER})?(?:,({_NUMBER}))?")
_AREA = re.compile(
    rf"xywh=(pixel:|percent:)?({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})", re.ASCII
)
_PAGE = re.compile(rf"page=(\d{{1,6}})(?:&viewrect={_NUMBER}(?:,{_NUMBER}){{3}})?", re.ASCII)
_CFI = re.compile(r"epubcfi\((?:\^[^\x00-\x20]|[^()^\x00-\x20<>\"\\])+\)")


@dataclass(frozen=True)
class Area:
    """A rectangle from the upper left corner. is_percent: of width and height, otherwise pixels."""

    x: float
    y: float
    width: float
    height: float
    is_percent: bool = True

    def format(self) -> str:
        """Return it as a fragment has it."""
        unit = "percent:" if self.is_percent else ""
        numbers = (self.x, self.y, self.width, self.height)
        return f"xywh={unit}{','.join(short(number) for number in numbers)}"


@dataclass(frozen=True)
class Span:
    """A part of a sound or a film, in seconds. end: None for one moment, or to the end."""

    start: float
    end: float | None = None

    def format(self) -> str:
        """Return it as a fragment has it."""
        return f"t={short(self.start)}" + ("" if self.end is None else f",{short(self.end)}")


@dataclass(frozen=True)
class Fragment:
    """What a fragment says; only what it names is there."""

    page: int | None = None
    span: Span | None = None
    area: Area | None = None
    cfi: str | None = None


def read_fragment(value: str, standard: str) -> Fragment:
    """Return what a fragment names; raise InvalidAnnotation if its standard has no such."""
    if len(value) > LONGEST_FRAGMENT:
        raise InvalidAnnotation("fragment", value=value[:80])
    found = _READ[standard](value)
    if found is None:
        raise InvalidAnnotation("fragment", value=value[:80])
    return found


def short(number: float) -> str:
    """Return a number with three places at most, and none that are zero."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _media(value: str) -> Fragment | None:
    span: Span | None = None
    area: Area | None = None
    for part in value.split("&"):
        if span is None and (found := _TIME.fullmatch(part)) and (found[1] or found[2]):
            span = Span(float(found[1] or 0), None if found[2] is None else float(found[2]))
            if not 0 <= span.start <= LONGEST_SECONDS or (
                span.end is not None and not span.start < span.end <= LONGEST_SECONDS
            ):
                return None
        elif area is None and (found := _AREA.fullmatch(part)):
            area = _area(found)
            if area is None:
                return None
        else:
            return None
    return Fragment(span=span, area=area)


def _area(found: re.Match[str]) -> Area | None:
    x, y, width, height = (float(found[number]) for number in range(2, 6))
    is_percent = found[1] == "percent:"
    most = 100.0 if is_percent else LARGEST_PIXEL
    fits = width > 0 and height > 0 and x + width <= most and y + height <= most
    return Area(x, y, width, height, is_percent) if fits else None


def _page(value: str) -> Fragment | None:
    found = _PAGE.fullmatch(value)
    return Fragment(page=int(found[1])) if found and 1 <= int(found[1]) <= LAST_PAGE else None


def _cfi(value: str) -> Fragment | None:
    return Fragment(cfi=value) if _CFI.fullmatch(value) else None


_READ = {MEDIA: _media, PDF: _page, CFI: _cfi}
