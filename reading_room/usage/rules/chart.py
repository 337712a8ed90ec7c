"""A chart of months: what was used beside what was refused, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.round_number import next_round
from reading_room.usage.rules.months import Counts, Month

WIDTH, HEIGHT = 720, 220
LEFT, TOP, BOTTOM = 52, 12, 24
MOST_MONTHS = 36


@dataclass(frozen=True)
class Bars:
    """The two bars of a month; in units of the picture."""

    month: Month
    counts: Counts
    width: float
    used_x: float
    used_y: float
    used_height: float
    refused_x: float
    refused_y: float
    refused_height: float


@dataclass(frozen=True)
class Chart:
    """lines: (y, number) of the lines behind the bars; labels: (x, month) below some of them."""

    bars: Sequence[Bars]
    lines: Sequence[tuple[float, int]]
    labels: Sequence[tuple[float, Month]]


def refused(counts: Counts) -> int:
    """Return how often readers were refused in all."""
    return counts.no_license + counts.limit_exceeded


def draw(months: Sequence[tuple[Month, Counts]], first: Month, last: Month) -> Chart:
    """Return the chart of the months from first to last, of which at most the newest 36 are drawn."""
    known, named = dict(months), [last]
    while named[-1] > first and len(named) < MOST_MONTHS:
        named.append(named[-1].before)
    named.reverse()
    most = max((max(one.requests, refused(one)) for one in known.values()), default=0)
    top = next_round(max(most, 1))
    scale, slot = (HEIGHT - TOP - BOTTOM) / top, (WIDTH - LEFT) / len(named)
    bars = [
        _bars(month, known.get(month, Counts()), LEFT + place * slot, slot, scale)
        for place, month in enumerate(named)
    ]
    lines = [(_y(number, scale), number) for number in sorted({0, top // 2, top})]
    places = sorted({0, len(named) // 2, len(named) - 1})
    labels = [(round(LEFT + (place + 0.5) * slot, 1), named[place]) for place in places]
    return Chart(bars, lines, labels)


def _bars(month: Month, counts: Counts, x: float, slot: float, scale: float) -> Bars:
    width, no = round(min(24.0, slot * 0.38), 1), refused(counts)
    middle = x + slot / 2
    return Bars(
        month,
        counts,
        width,
        round(middle - width, 1),
        _y(counts.requests, scale),
        round(counts.requests * scale, 1),
        round(middle, 1),
        _y(no, scale),
        round(no * scale, 1),
    )


def _y(number: int, scale: float) -> float:
    return round(HEIGHT - BOTTOM - number * scale, 1)
