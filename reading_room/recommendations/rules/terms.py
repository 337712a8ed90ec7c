"""Under which terms readers are counted: what is bounded, and how much noise hides each of them.

A reader who is added or taken away changes at most `pairs_a_reader` counts, each by one. The noise is drawn
for that. An opening counts in one window alone, and a window is counted once: epsilon is what a reader's
whole window costs. The reasons are in docs/adr/0124.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Terms:
    """k: readers that a pair has before noise; works_a_reader: how many different works of one reader count.

    pair_epsilon, total_epsilon: of all pairs together, and of each of two totals that the card tells; delta:
    the chance that what only one reader did shows; window_seconds: in which openings are counted together.
    """

    k: int = 5
    works_a_reader: int = 5
    pair_epsilon: float = 3.0
    total_epsilon: float = 0.5
    delta: float = 1e-6
    window_seconds: int = 91 * DAY_SECONDS

    @property
    def pairs_a_reader(self) -> int:
        """How many counts one reader can change; the sensitivity, in number and in sum."""
        return self.works_a_reader * (self.works_a_reader - 1) // 2

    @property
    def epsilon(self) -> float:
        """What all that is told of a window costs a reader who was in it."""
        return self.pair_epsilon + 2 * self.total_epsilon

    def last_window(self, now: int) -> int:
        """Return the number of the newest window that has ended; now: seconds since 1970 UTC."""
        return now // self.window_seconds - 1

    def bounds(self, window: int) -> tuple[int, int]:
        """Return when a window begins and ends, in seconds since 1970 UTC; the end is not within."""
        return window * self.window_seconds, (window + 1) * self.window_seconds

    def above(self, readers: int) -> int:
        """Return how far a count of readers is above k - 1, which noise is added to; 0 if it is not told.

        One reader more or less changes it by at most one, as it does the count.
        """
        return max(0, readers - self.k + 1)


def bounded(works: Sequence[bytes], terms: Terms) -> tuple[bytes, ...]:
    """Return the works of one reader that count: the first ones, each once."""
    return tuple(dict.fromkeys(works))[: terms.works_a_reader]
