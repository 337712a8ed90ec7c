"""What a search is asked and what it finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from ledger_service.domain.errors import InvalidCursor
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.query import Query

CANDIDATES = 1000
"""So many are put in order: the newest of each step of nearness. Of more it is said that there are more."""
NO_YEAR = -1
VALUES_SHOWN = 20  # of a facet
_KEY = re.compile(r"(?P<order>[rdtn])(?P<keys>(?:\.-?[0-9a-f]{0,80}){1,3})\Z")


class Order(StrEnum):
    """How what is found is ordered. relevance: without words, the newest record is first."""

    RELEVANCE = "relevance"
    DATE = "date"
    TITLE = "title"


@dataclass(frozen=True)
class Asked:
    """A search. after: the key of the last one shown before, empty for the first page.

    without: the entries that took in what is neither found nor counted.
    """

    query: Query
    order: Order = Order.RELEVANCE
    after: str = ""
    limit: int = 20
    with_facets: bool = False
    without: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A document that was found. step: of nearness; accepted: the entry of the claim."""

    number: int
    accepted: int
    step: int
    title_words: int
    year: int | None
    title_key: bytes


@dataclass(frozen=True)
class Counted:
    """What was found. is_more: whether only the newest were counted and ordered.

    facets: how many have each value, those that most have first.
    """

    hits: list[Hit]
    total: int
    is_more: bool
    facets: dict[Facet, list[tuple[str, int]]] = field(default_factory=dict)


Key = tuple[int | bytes, ...]


def key_of(hit: Hit, order: Order, *, has_words: bool) -> Key:
    """Return by what hits are ordered, the lowest first; each has another one."""
    if order is Order.DATE:
        return (-(NO_YEAR if hit.year is None else hit.year), -hit.number)
    if order is Order.TITLE:
        return (hit.title_key, -hit.number)
    return (hit.step, hit.title_words, -hit.number) if has_words else (-hit.number,)


def format_key(order: Order, key: Key) -> str:
    """Return a key as a cursor carries it; inverse of `parse_key`."""
    parts = (part.hex() if isinstance(part, bytes) else str(part) for part in key)
    return ".".join((order.value[0], *parts))


def parse_key(order: Order, text: str, *, has_words: bool) -> Key | None:
    """Return the key that a cursor carries, None for the first page; raise InvalidCursor."""
    if not text:
        return None
    found = _KEY.match(text)
    parts = found["keys"][1:].split(".") if found else []
    length = 2
    if order is Order.RELEVANCE:
        length = 3 if has_words else 1
    if found is None or found["order"] != order.value[0] or len(parts) != length:
        raise InvalidCursor()
    try:
        if order is Order.TITLE:
            return (bytes.fromhex(parts[0]), _number(parts[1]))
        return tuple(_number(part) for part in parts)
    except ValueError as exc:
        raise InvalidCursor() from exc


def _number(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**53:
        raise ValueError
    return number
