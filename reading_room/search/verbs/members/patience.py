"""How long each library is waited for, and how often visitors may have the others asked.

Both are remembered by one process, in its memory.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from ledger_service.domain.errors import TooManySearches
from ledger_service.services.library import Library

BOUND_SECONDS = 3.0
"""That a library has for its answer; docs/search.md and the page say so."""
SHORT_SECONDS = 1.0  # that it has after it was silent the last time
SILENT_UNTIL_REST = 3  # times in a row, after which it is not asked for a while
REST_SECONDS = 60
MOST_AT_ONCE = 4  # questions that one library may leave open
ALL_VISITORS = 10  # times as many searches as one of them may have
WINDOW_SECONDS = 60

Clock = Callable[[], float]


@dataclass
class _Kept:
    silent: int = 0
    rests_until: float = 0.0
    open: int = 0


class Patience:
    """What was seen of each library: how often in a row it was silent.

    bound_seconds, short_seconds: that a library has, and has after it was silent. clock: seconds that never
    go back.
    """

    def __init__(
        self,
        bound_seconds: float = BOUND_SECONDS,
        short_seconds: float = SHORT_SECONDS,
        clock: Clock = time.monotonic,
    ) -> None:
        self.bound_seconds = bound_seconds
        self._short_seconds = short_seconds
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def begin(self, name: str) -> float | None:
        """Return in how many seconds a library must answer; None if it is not asked now.

        Who was told seconds says `end` once.
        """
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
            if kept.open >= MOST_AT_ONCE or self._clock() < kept.rests_until:
                return None
            if kept.silent >= SILENT_UNTIL_REST:  # one visitor finds out; the others do not wait
                kept.rests_until = self._clock() + REST_SECONDS
            kept.open += 1
            return self._short_seconds if kept.silent else self.bound_seconds

    def end(self, name: str, *, was_silent: bool) -> None:
        """Note that a question is over."""
        with self._lock:
            kept = self._kept[name]
            kept.open -= 1
            if not was_silent:
                kept.silent, kept.rests_until = 0, 0.0
                return
            kept.silent += 1
            if kept.silent >= SILENT_UNTIL_REST:
                kept.rests_until = self._clock() + REST_SECONDS


class Turns:
    """How often each visitor had the others asked within a minute, and all visitors together."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._taken: deque[tuple[float, str]] = deque()
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, visitor: str, most: int) -> None:
        """Count one search of a visitor; raise TooManySearches if it is one too many.

        most: of one visitor.
        """
        with self._lock:
            now = self._clock()
            while self._taken and self._taken[0][0] + WINDOW_SECONDS <= now:
                _, gone = self._taken.popleft()
                self._counts[gone] -= 1
                if not self._counts[gone]:
                    del self._counts[gone]
            if self._counts[visitor] >= most:
                raise TooManySearches(most=most)
            if len(self._taken) >= most * ALL_VISITORS:
                raise TooManySearches("all", most=most * ALL_VISITORS)
            self._taken.append((now, visitor))
            self._counts[visitor] += 1


PATIENCE = Patience()
_TURNS = Turns()


def take_turn(library: Library, visitor: str) -> None:
    """Count one search of a visitor in all libraries; raise TooManySearches. visitor: an address."""
    _TURNS.take(f"{library.key.name} {visitor}", library.limits.searches_a_minute)
