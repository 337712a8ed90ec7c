"""How far an import has come: how many items, how fast, and how long it may still take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Extent:
    """How much a source has and how much of it was read; whoever reads it keeps count here.

    total: in bytes, or in files; None while nobody knows. read: so far, in the same unit. items: made
    of what was read.
    """

    def __init__(self, total: int | None = None) -> None:
        self.total = total
        self.read = 0
        self.items = 0

    def counted(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield the items, counting them."""
        for item in items:
            self.items += 1
            yield item

    def expected_items(self) -> int | None:
        """Return about how many items there are in all, as those read so far tell; None if unknown."""
        return expected_items(self.items, self.read, self.total)


def expected_items(items: int, read: int, total: int | None) -> int | None:
    """Return how many items a source has, if what was read of it, which had so many, is like the rest."""
    if total is None or not 0 < read <= total:
        return None
    return round(items * total / read)


class Progress(NamedTuple):
    """Items done in so many seconds of work, of about so many in all; expected: None if unknown."""

    items: int
    seconds: float
    expected: int | None

    @property
    def rate(self) -> float:
        """Items a second; 0 before the first."""
        return self.items / max(self.seconds, 0.001)

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the end at the rate so far; None if that cannot be told."""
        if self.expected is None or not self.items:
            return None
        return round(max(self.expected - self.items, 0) / self.rate)

    def __str__(self) -> str:
        """One line for people."""
        of = "" if self.expected is None else f" of about {max(self.expected, self.items):,}"
        line = f"{self.items:,}{of} items, {self.rate:,.0f} a second"
        return line if self.seconds_left is None else f"{line}, {_clock(self.seconds_left)} left"


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
