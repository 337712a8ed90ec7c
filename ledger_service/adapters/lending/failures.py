"""Why a copy cannot be marked, as the process that marks tells it by its exit status."""

from __future__ import annotations

from enum import IntEnum


class Failure(IntEnum):
    """Exit statuses; what ends by any other was stopped, or is our fault."""

    MALFORMED = 10
    PROTECTED = 11
    UNPACKS_TOO_FAR = 12
    OTHER_FORM = 13


class NotMarked(Exception):
    """A file that cannot be marked. failure: why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure
