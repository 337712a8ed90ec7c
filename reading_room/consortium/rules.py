"""By what names acts are told, and how members stand in the drawing of who witnesses whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger_service.domain.consortium.member import Member

CENTER, RADIUS, MARK = 160.0, 125.0, 18.0  # of a drawing 320 wide and high
MOST_DRAWN = 12  # members; more lines than that tell nobody anything


class Mark(NamedTuple):
    """A member in the drawing: its number in the list, and where its circle is."""

    number: int
    x: float
    y: float


class Arrow(NamedTuple):
    """From the witness's circle to that of the ledger that it has signed; both: it goes there and back."""

    x1: float
    y1: float
    x2: float
    y2: float
    both: bool


class Drawing(NamedTuple):
    """Members around a circle, and who witnesses whom."""

    marks: list[Mark]
    arrows: list[Arrow]


def names_of(members: Iterable[Member]) -> dict[str, str]:
    """Return what stewards and ledgers are called, by their ids: a name could be anybody's, a URI is not."""
    found = {}
    for member in members:
        found[member.steward.hex()] = f"{member.name} <{member.uri}>"
        found[member.ledger.hex()] = member.key.name
    return found


def draw(count: int, witnesses: Sequence[Sequence[int]]) -> Drawing | None:
    """Return the drawing of so many members; None if there are too few or too many for one.

    witnesses: for each member, by its place, the places of those who signed its ledger's newest checkpoint.
    """
    if not 2 <= count <= MOST_DRAWN:
        return None
    marks = [
        Mark(place + 1, *_around(2 * math.pi * place / count - math.pi / 2))
        for place in range(count)
    ]
    pairs = {(witness, of) for of, told in enumerate(witnesses) for witness in told}
    arrows = [
        _arrow(marks[witness], marks[of], both=(of, witness) in pairs)
        for witness, of in sorted(pairs)
        if (of, witness) not in pairs or witness < of
    ]
    return Drawing(marks, arrows)


def _around(angle: float) -> tuple[float, float]:
    return (
        round(CENTER + RADIUS * math.cos(angle), 1),
        round(CENTER + RADIUS * math.sin(angle), 1),
    )


def _arrow(start: Mark, end: Mark, *, both: bool) -> Arrow:
    """Return the line between the rims of two circles."""
    length = math.hypot(end.x - start.x, end.y - start.y)
    dx, dy = (end.x - start.x) / length, (end.y - start.y) / length
    gap = MARK + 5
    return Arrow(
        round(start.x + dx * gap, 1),
        round(start.y + dy * gap, 1),
        round(end.x - dx * gap, 1),
        round(end.y - dy * gap, 1),
        both,
    )
