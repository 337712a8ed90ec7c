"""Dates as records have them, in EDTF (ISO 8601-2, levels 0 and 1), taken apart for other formats."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DAY = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?\Z")
_LONG_YEAR = re.compile(r"Y(-?[0-9]{5,9})\Z")
_QUALIFIED = "?~%"
SEASONS = range(21, 25)  # where a month stands: spring to winter


@dataclass(frozen=True)
class Day:
    """A year, or a month or day of it; a year before the common era is 0 or less. season: 1 to 4."""

    year: int
    month: int | None = None
    day: int | None = None
    season: int | None = None

    def parts(self) -> list[int]:
        """Return year, month and day, as far as they are known."""
        return [part for part in (self.year, self.month, self.day) if part is not None]


@dataclass(frozen=True)
class Span:
    """When something was: a day, or from one to another. is_about: it is uncertain or approximate."""

    first: Day | None
    last: Day | None = None
    is_about: bool = False

    @property
    def year(self) -> int | None:
        """The year by which it is cited, the first of several."""
        day = self.first or self.last
        return None if day is None else day.year


def span_of(edtf: str) -> Span | None:
    """Return what a date says; None for one with digits that nobody knows, such as 19XX, or of level 2."""
    first, slash, last = edtf.strip().partition("/")
    begins, ends = _end(first), _end(last)
    is_about = any(mark in edtf for mark in _QUALIFIED)
    if not slash:
        return None if begins is None else Span(begins, None, is_about)
    open_first, open_last = first in ("", ".."), last in ("", "..")
    if (begins is None and not open_first) or (ends is None and not open_last):
        return None
    return None if begins is None and ends is None else Span(begins, ends, is_about)


def _end(text: str) -> Day | None:
    text = text.rstrip(_QUALIFIED)
    if long_year := _LONG_YEAR.match(text):
        return Day(int(long_year[1]))
    match = _DAY.match(text)
    if match is None:
        return None
    year = int(match[1])
    month, day = (None if part is None else int(part) for part in match.groups()[1:])
    if month is not None and month in SEASONS and day is None:
        return Day(year, season=month - SEASONS.start + 1)
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and not 1 <= day <= 31:
        return None
    return Day(year, month, day)
