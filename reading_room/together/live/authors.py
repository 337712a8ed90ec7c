"""How much of the text that stands each member wrote, as the update of the whole paper tells it.

An edit that stands behind or before another belongs to the same part of the paper as that one; so each is
followed to the first that names a part. What others typed and somebody pasted counts for who pasted it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reading_room.together.live.read import PaperState
from reading_room.together.live.yjs.spans import Spans
from reading_room.together.live.yjs.update import (
    GC,
    KIND,
    ORIGIN,
    RIGHT,
    STRING,
    SUB_KEY,
    Run,
    content_of,
    read_update,
)
from reading_room.together.live.yjs.wire import Reader

TEXT = "text"


class _Item(NamedTuple):
    """Edits of one client in a row. part: as they name it; like: an edit beside which they stand."""

    run: Run
    is_text: bool
    part: str
    like: tuple[int, int] | None


def characters_of_members(paper: PaperState) -> dict[int, int]:
    """Return how many characters of the text each member wrote that stand now, by their number.

    Characters are counted as JavaScript counts them, in units of UTF-16.
    """
    shares: Counter[int] = Counter()
    for client, count in characters_of_clients(paper.update).items():
        shares[paper.clients[client]] += count
    return dict(shares)


def characters_of_clients(update: bytes) -> dict[int, int]:
    """Return how many characters of the text each client wrote that stand in a paper, which is one update."""
    items = _read_items(update)
    parts = _Parts(items)
    deleted = Spans(read_update(update).deleted)
    found: Counter[int] = Counter()
    for client, some in items.items():
        for place, item in enumerate(some):
            if item.is_text and parts.part_of(client, place) == TEXT:
                found[client] += sum(run.length for run in deleted.missing(item.run))
    return {client: count for client, count in found.items() if count}


class _Parts:
    """To which part of the paper edits belong."""

    def __init__(self, items: Mapping[int, list[_Item]]) -> None:
        self._items = items
        self._clocks = {client: [item.run.clock for item in some] for client, some in items.items()}
        self._known: dict[tuple[int, int], str] = {}

    def part_of(self, client: int, place: int) -> str:
        """Return the part of a client's item at a place in its list; empty if it is in none any more."""
        way, at, part = [], (client, place), ""
        while True:
            if at in self._known:
                part = self._known[at]
                break
            way.append(at)
            self._known[at] = ""  # for what refers to itself
            item = self._items[at[0]][at[1]]
            if item.like is None:
                part = item.part
                break
            at = self._place_of(*item.like)
            if at[1] < 0:
                break
        self._known.update(dict.fromkeys(way, part))
        return part

    def _place_of(self, client: int, clock: int) -> tuple[int, int]:
        return client, bisect_right(self._clocks.get(client, []), clock) - 1


def _read_items(update: bytes) -> dict[int, list[_Item]]:
    reader = Reader(update)
    found: dict[int, list[_Item]] = {}
    for _ in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        some = found.setdefault(client, [])
        for _ in range(count):
            item = _read_item(reader, client, clock)
            clock = item.run.end
            some.append(item)
    return found


def _read_item(reader: Reader, client: int, clock: int) -> _Item:
    info = reader.byte()
    kind = info & KIND
    if kind == GC:
        return _Item(Run(client, clock, reader.number()), False, "", None)
    beside = [
        (reader.number(), reader.number()) for one in (ORIGIN, RIGHT) if info & one
    ]  # what it stands behind, and before
    like, part = (beside[0] if beside else None), ""
    if like is None:
        if reader.number() == 1:
            part = reader.text()
        else:  # within another type, such as a comment
            reader.number()
            reader.number()
        if info & SUB_KEY:
            reader.bytes()
    return _Item(Run(client, clock, content_of(kind)(reader)), kind == STRING, part, like)
