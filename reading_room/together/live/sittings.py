"""When a paper was written: its updates in their order, taken together while nobody paused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

SITTING_SECONDS = 600
LONGEST_SITTING_SECONDS = 1800
One = TypeVar("One")


def sittings_of(updates: Iterable[One], at: Callable[[One], int]) -> list[list[One]]:
    """Return updates in order, each list a sitting. at: tells when one came, in seconds."""
    found: list[list[One]] = []
    for one in updates:
        last = found[-1] if found else None
        if (
            last is None
            or at(one) - at(last[-1]) > SITTING_SECONDS
            or at(one) - at(last[0]) > LONGEST_SITTING_SECONDS
        ):
            found.append([one])
        else:
            last.append(one)
    return found
