"""Fixity: whether what is kept is still what was taken in, block by block and place by place."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What a check of a copy found."""

    MATCH = "match"
    HEALED = "healed"  # it was damaged or missing, and was put again from a sound copy
    UNREACHABLE = "unreachable"  # the place did not answer
    MISSING = "missing"
    MISMATCH = "mismatch"


_FROM_LIGHTEST = tuple(Outcome)


class CheckedBlock(NamedTuple):
    """What was found of one block in one place. size_bytes: that were read and hashed."""

    place: str
    outcome: Outcome
    size_bytes: int


def gravest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what is to be said of a file of which these were found of its blocks; at least one."""
    return max(outcomes, key=_FROM_LIGHTEST.index)
