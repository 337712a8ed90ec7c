"""How the nightly run stands, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY_SECONDS = 86_400
NIGHT_SECONDS = 21 * 3600  # of a day in UTC: two in the morning in Tashkent


class State(StrEnum):
    """Whether there are recommendations: switched off, without the packages that make them, or on."""

    OFF = "off"
    MISSING = "packages-missing"
    ON = "on"


@dataclass(frozen=True)
class Run:
    """The newest run. number: 0 if there was none; times: seconds since 1970 UTC, None for not yet.

    done, of: works; entry: of the ledger, which attests its card; window: the last one that was counted.
    """

    number: int
    began_at: int
    ended_at: int | None = None
    done: int = 0
    of: int = 0
    is_asked: bool = False
    entry: int | None = None
    window: int | None = None

    def is_due(self, now: int) -> bool:
        """Return whether a run is to begin: it is asked for, was broken off, or a night has come."""
        if self.is_asked or (self.number and self.ended_at is None):
            return True
        return _nights(now) > _nights(self.began_at)


def _nights(at: int) -> int:
    return (at - NIGHT_SECONDS) // DAY_SECONDS
