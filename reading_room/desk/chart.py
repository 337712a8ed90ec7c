"""A chart of decisions: two bars on one another for each day or week, as numbers that a template draws."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.round_number import next_round
from reading_room.desk.decisions_asked import Counts, Step

WIDTH, HEIGHT = 720, 220
LEFT, TOP, BOTTOM = 44, 12, 24
MOST_BARS = 400


@dataclass(frozen=True)
class Bar:
    """A day or week. x, width and the rest: in units of the picture; begin: seconds since 1970 UTC."""

    begin: int
    x: float
    width: float
    opened_y: float
    opened_height: float
    refused_y: float
    refused_height: float


@dataclass(frozen=True)
class Chart:
    """lines: (y, number) of the lines behind the bars; labels: (x, begin) below them."""

    bars: list[Bar]
    lines: list[tuple[float, int]]
    labels: list[tuple[float, int]]


def draw(counts: Counts, step: Step, since: int, until: int) -> Chart:
    """Return the chart of a period; days without a decision have their place, too."""
    begins = list(range(step.begin(since), until, step))[-MOST_BARS:]
    most = max((counts.bars[begin].total() for begin in counts.bars), default=0)
    top = next_round(max(most, 1))
    scale = (HEIGHT - TOP - BOTTOM) / top
    slot = (WIDTH - LEFT) / max(1, len(begins))
    bars = [
        _bar(counts, begin, LEFT + place * slot, slot, scale)
        for place, begin in enumerate(begins)
        if begin in counts.bars
    ]
    lines = [(_y(number, scale), number) for number in sorted({0, top // 2, top})]
    shown = {0, len(begins) // 2, len(begins) - 1} if begins else set()
    labels = [(round(LEFT + (place + 0.5) * slot, 1), begins[place]) for place in sorted(shown)]
    return Chart(bars, lines, labels)


def _bar(counts: Counts, begin: int, x: float, slot: float, scale: float) -> Bar:
    opened, refused = counts.opened(begin), counts.refused(begin)
    return Bar(
        begin,
        round(x + slot * 0.1, 1),
        round(max(1.0, slot * 0.8), 1),
        _y(opened, scale),
        round(opened * scale, 1),
        _y(opened + refused, scale),
        round(refused * scale, 1),
    )


def _y(number: int, scale: float) -> float:
    return round(HEIGHT - BOTTOM - number * scale, 1)
