"""How the nightly run stands, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY_SECONDS = 86_400
AGAIN_SECONDS = 3600  # after a run that failed unexpectedly
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
    failed_at: when it failed unexpectedly, if it did.
    """

    number: int
    began_at: int
    ended_at: int | None = None
    done: int = 0
    of: int = 0
    is_asked: bool = False
    entry: int | None = None
    window: int | None = None
    failed_at: int | None = None

    @property
    def again_at(self) -> int | None:
        """When a run that failed is tried again; None if it did not fail."""
        return None if self.failed_at is None else self.failed_at + AGAIN_SECONDS

    def is_due(self, now: int) -> bool:
        """Return whether a run is to begin: it is asked for, was broken off, or a night has come.

        One that failed is tried again after an hour, or when somebody asks for it.
        """
        if self.is_asked:
            return True
        if self.again_at is not None:
            return now >= self.again_at
        if self.number and self.ended_at is None:
            return True
        return _nights(now) > _nights(self.began_at)


def _nights(at: int) -> int:
    return (at - NIGHT_SECONDS) // DAY_SECONDS
