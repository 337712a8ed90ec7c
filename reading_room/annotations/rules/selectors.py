"""To which part of a resource an annotation belongs: the selectors of the Web Annotation Data Model, §4.2.

Taken are quotes, positions in a text, fragments and drawings, each refined at most twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import InvalidAnnotation
from reading_room.annotations.rules.drawing import check_drawing
from reading_room.annotations.rules.fragments import (
    CFI,
    MEDIA,
    PDF,
    STANDARDS,
    Area,
    Fragment,
    Span,
    read_fragment,
)
from reading_room.annotations.rules.texts import read_text

MOST_SELECTORS = 8
DEEPEST = 3
LONGEST_QUOTE = 2_000  # characters
LONGEST_AROUND = 300  # characters before or after a quote
LARGEST_POSITION = 2**40
QUOTE, POSITION = "TextQuoteSelector", "TextPositionSelector"
FRAGMENT, SVG = "FragmentSelector", "SvgSelector"
_MEMBERS = {
    QUOTE: {"exact", "prefix", "suffix"},
    POSITION: {"start", "end"},
    FRAGMENT: {"value", "conformsTo"},
    SVG: {"value"},
}
_OF_ALL = {"type", "id", "refinedBy"}


@dataclass(frozen=True)
class Selector:
    """One way to say which part is meant. members: as JSON has them, without type and refinement."""

    kind: str
    members: Mapping[str, str | int]
    refined_by: Selector | None = None

    def value(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        refined = {} if self.refined_by is None else {"refinedBy": self.refined_by.value()}
        return {"type": self.kind, **self.members, **refined}


@dataclass(frozen=True)
class Quote:
    """What stands there, and what before and after it."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Place:
    """Where an annotation belongs, as people are told: what no selector names is None."""

    page: int | None = None
    quote: Quote | None = None
    position: tuple[int, int] | None = None
    span: Span | None = None
    area: Area | None = None
    cfi: str | None = None
    drawing: str | None = None


def read_selectors(given: Any) -> tuple[Selector, ...]:
    """Return what JSON says: one selector or a list; raise InvalidAnnotation for what is not taken."""
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST_SELECTORS:
        raise InvalidAnnotation("selectors", most=MOST_SELECTORS)
    return tuple(_read(one, 1) for one in listed)


def place_of(selectors: Sequence[Selector]) -> Place:
    """Return where these lead; of two that say the same, the first counts."""
    found: dict[str, Any] = {}
    for selector in _all(selectors):
        for name, value in _said(selector):
            found.setdefault(name, value)
    return Place(**found)


def selectors_of(place: Place) -> tuple[Selector, ...]:
    """Return the selectors by which programs of others find a place: inverse of `place_of`."""
    inner: list[Selector] = []
    if place.quote is not None:
        quote = place.quote
        around = {"prefix": quote.prefix, "suffix": quote.suffix}
        members = {"exact": quote.exact, **{name: text for name, text in around.items() if text}}
        inner.append(Selector(QUOTE, members))
    if place.position is not None:
        inner.append(Selector(POSITION, {"start": place.position[0], "end": place.position[1]}))
    timed = "&".join(part.format() for part in (place.span, place.area) if part is not None)
    if timed:
        inner.append(Selector(FRAGMENT, {"conformsTo": MEDIA, "value": timed}))
    if place.drawing is not None:
        inner.append(Selector(SVG, {"value": place.drawing}))
    if place.page is not None:
        page = {"conformsTo": PDF, "value": f"page={place.page}"}
        inner = [Selector(FRAGMENT, page, one) for one in inner] or [Selector(FRAGMENT, page)]
    if place.cfi is not None:
        inner.insert(0, Selector(FRAGMENT, {"conformsTo": CFI, "value": place.cfi}))
    return tuple(inner)


def _read(given: Any, depth: int) -> Selector:
    if not isinstance(given, dict) or depth > DEEPEST:
        raise InvalidAnnotation("selector-form", deepest=DEEPEST)
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in _MEMBERS:
        raise InvalidAnnotation("selector", kind=str(kind)[:80], known=", ".join(_MEMBERS))
    unknown = sorted(given.keys() - _MEMBERS[kind] - _OF_ALL)
    if unknown:
        raise InvalidAnnotation("member", name=str(unknown[0])[:80])
    refined = given.get("refinedBy")
    return Selector(
        kind, _READ[kind](given), None if refined is None else _read(refined, depth + 1)
    )


def _quote(given: Mapping[str, Any]) -> dict[str, str | int]:
    found: dict[str, str | int] = {"exact": read_text(given, "exact", LONGEST_QUOTE, least=1)}
    for name in ("prefix", "suffix"):
        text = read_text(given, name, LONGEST_AROUND)
        if text:
            found[name] = text
    return found


def _position(given: Mapping[str, Any]) -> dict[str, str | int]:
    start, end = given.get("start"), given.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start <= end <= LARGEST_POSITION:
        raise InvalidAnnotation("position")
    return {"start": start, "end": end}


def _fragment(given: Mapping[str, Any]) -> dict[str, str | int]:
    value, standard = read_text(given, "value", least=1), given.get("conformsTo", MEDIA)
    if standard not in STANDARDS:
        raise InvalidAnnotation("standard", given=str(standard)[:120], known=", ".join(STANDARDS))
    read_fragment(value, standard)
    return {"conformsTo": standard, "value": value}


def _drawing(given: Mapping[str, Any]) -> dict[str, str | int]:
    value = read_text(given, "value", least=1)
    check_drawing(value)
    return {"value": value}


_READ = {QUOTE: _quote, POSITION: _position, FRAGMENT: _fragment, SVG: _drawing}


def _all(selectors: Sequence[Selector]) -> Iterator[Selector]:
    for selector in selectors:
        inner: Selector | None = selector
        while inner is not None:
            yield inner
            inner = inner.refined_by


def _said(selector: Selector) -> Iterator[tuple[str, Any]]:
    members = selector.members
    if selector.kind == QUOTE:
        texts = (str(members.get(name, "")) for name in ("exact", "prefix", "suffix"))
        yield "quote", Quote(*texts)
    elif selector.kind == POSITION:
        yield "position", (int(members["start"]), int(members["end"]))
    elif selector.kind == SVG:
        yield "drawing", str(members["value"])
    else:
        found: Fragment = read_fragment(str(members["value"]), str(members["conformsTo"]))
        for name in ("page", "span", "area", "cfi"):
            if getattr(found, name) is not None:
                yield name, getattr(found, name)
