"""Dates of works in EDTF, levels 0 and 1: years, months and days, seasons, intervals, what is uncertain.

Source: Extended Date/Time Format specification of the Library of Congress (ISO 8601-2:2019, Annex A), of
2019-02-04. A date as its source writes it, such as one of the Hijri calendar, stands beside it as text.
"""

from __future__ import annotations

import re
from calendar import monthrange

LONGEST = 80  # characters
OPEN_ENDS = ("", "..")
_YEAR = r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX)"
_DATE = re.compile(
    rf"{_YEAR}(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[~?%])?\Z", re.ASCII
)
_LONG_YEAR = re.compile(r"Y(?P<year>-?[1-9]\d{4,8})\Z", re.ASCII)
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4])(?::[0-5]\d)?)?\Z",
    re.ASCII,
)
_SEASONS = range(21, 25)
_WRAPPING = str.maketrans("", "", "[]()")
_ABOUT = re.compile(r"(?:ca\.?|circa|около|ок\.|taxminan|тахминан)\s*(?=\d)", re.IGNORECASE)
_AS_CATALOGS_WRITE = (
    (re.compile(r"(\d{4})\s*[–—-]\s*(\d{4})\Z", re.ASCII), r"\1/\2"),
    (re.compile(r"(\d{4})\s*[–—-]\Z", re.ASCII), r"\1/.."),
    (re.compile(r"(\d{3})-\?\Z", re.ASCII), r"\1X?"),
    (re.compile(r"(\d{3})-\Z", re.ASCII), r"\1X"),
    (re.compile(r"(\d\d)--\?\Z", re.ASCII), r"\1XX?"),
    (re.compile(r"(\d\d)--\Z", re.ASCII), r"\1XX"),
    (re.compile(r"(\d\d)\.(\d\d)\.(\d{4})\Z", re.ASCII), r"\3-\2-\1"),
    (re.compile(r"(\d{4}-\d\d-\d\d)[T ].*\Z", re.ASCII), r"\1"),
)
_Bounds = tuple[tuple[int, int, int], tuple[int, int, int]]


def is_edtf(text: str) -> bool:
    """Return whether a text is a date, a moment or an interval of level 0 or 1."""
    return years(text) is not None


def years(text: str) -> tuple[int | None, int | None] | None:
    """Return the first and the last year of what a date means, None for an end that is open or unknown.

    None if the text is no EDTF of these levels. The year 0 is 1 BC, and negative ones were before it.
    """
    if len(text) > LONGEST:
        return None
    first, slash, last = text.partition("/")
    if not slash:
        bounds = _bounds(text)
        return None if bounds is None else (bounds[0][0], bounds[1][0])
    begin, end = _end(first), _end(last)
    if begin is None or end is None or (first in OPEN_ENDS and last in OPEN_ENDS):
        return None
    starts, ends = begin[0], end[1]
    if starts is not None and ends is not None and starts > ends:
        return None
    return None if starts is None else starts[0], None if ends is None else ends[0]


def _end(text: str) -> _Bounds | tuple[None, None] | None:
    """Return the bounds of an interval's end; a moment can be none."""
    if text in OPEN_ENDS:
        return None, None
    return None if "T" in text else _bounds(text)


def _bounds(text: str) -> _Bounds | None:
    """Return the first and the last day that a date may be, None if it is no date."""
    if found := _LONG_YEAR.match(text):
        year = int(found["year"])
        return (year, 1, 1), (year, 12, 31)
    if found := _MOMENT.match(text):
        return _bounds(found["date"])
    found = _DATE.match(text)
    if found is None or text.startswith("-0000"):
        return None
    month, day = found["month"], found["day"]
    lows, highs = found["year"].replace("X", "0"), found["year"].replace("X", "9")
    low, high = sorted((int(lows), int(highs)))
    if month is None:
        return (low, 1, 1), (high, 12, 31)
    if month == "XX":
        return None if day not in (None, "XX") else ((low, 1, 1), (high, 12, 31))
    number = int(month)
    if number in _SEASONS and day is None:
        return (low, 1, 1), (high, 12, 31)
    if not 1 <= number <= 12:
        return None
    most = _days(low, number) if low == high else max(_days(year, number) for year in (low, 2000))
    if day in (None, "XX"):
        return (low, number, 1), (high, number, most)
    return ((low, number, int(day)), (high, number, int(day))) if 1 <= int(day) <= most else None


def _days(year: int, month: int) -> int:
    """Return how many days a month has, by the rule of today's calendar also before it was made."""
    return monthrange(2000 + year % 400, month)[1]


def guessed(text: str) -> str:
    """Return the EDTF of a date as catalogs write it, such as “[1926?]” or “1990–1995.”; empty if unclear.

    Words are not read: a year of another calendar has some beside it.
    """
    plain = text.translate(_WRAPPING).strip(" .,;:©℗")
    plain = plain[1:] if plain[:1] in "cp" and plain[1:2].isdigit() else plain
    found = _ABOUT.match(plain)
    if found:
        plain = plain[found.end() :] + "~"
    if is_edtf(plain):
        return plain
    for pattern, form in _AS_CATALOGS_WRITE:
        if pattern.match(plain):
            read = pattern.sub(form, plain)
            return read if is_edtf(read) else ""
    return ""
