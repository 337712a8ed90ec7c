"""Numbers that are round to read, for the lines behind a chart."""

from __future__ import annotations

_FIRST = (1, 2, 5)


def next_round(number: int) -> int:
    """Return the least of 1, 2 and 5 with any zeros behind that is not below this number."""
    power = 1
    while True:
        for first in _FIRST:
            if first * power >= number:
                return first * power
        power *= 10
