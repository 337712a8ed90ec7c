"""Time as tests set it."""

from __future__ import annotations

from dataclasses import dataclass

MONDAY = 1_767_600_000  # seconds since 1970 UTC, on a full hour


@dataclass
class ClockSimulator:
    """Implements ports.Clock; stands still until it is moved."""

    now: int = MONDAY

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += seconds
