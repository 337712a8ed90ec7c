"""Dates, numbers and sizes as people write them in each language. Months and signs come from the catalog.

`scripts/messages.py` takes them from Unicode's CLDR when the catalogs are compiled.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ledger_service import messages

THOUSAND = 1000
MOST_YEARS_SECONDS = 253_402_300_799  # the end of the year 9999


def date(seconds: int, language: str | None = None) -> str:
    """Return the day of a time in seconds since 1970, in UTC: 28 November 2026."""
    at, formats = _at(seconds), _formats(language)
    found: str = formats["date"]
    return found.format(day=at.day, month=formats["months"][at.month - 1], year=at.year)


def moment(seconds: int, language: str | None = None) -> str:
    """Return day and time with the zone: 28 November 2026, 14:05 UTC."""
    return f"{date(seconds, language)}, {_at(seconds):%H:%M} UTC"


def number(value: int, language: str | None = None) -> str:
    """Return a whole number with its thousands apart."""
    sign: str = _formats(language)["group"]
    return f"{value:,}".replace(",", sign)


def size(size_bytes: int, language: str | None = None) -> str:
    """Return a size with three digits or so: 934 bytes, 1.5 MB, 28 GB. A kilobyte has 1,000 bytes."""
    formats = _formats(language)
    amount, step = float(size_bytes), 0
    while amount >= THOUSAND - 0.5 and step < len(formats["units"]):
        amount, step = amount / THOUSAND, step + 1
    if step == 0:
        shown = number(size_bytes, language)
        form = messages.plural_form(size_bytes, language)
        unit: str = formats["bytes"][form]
        return unit.format(shown)
    digits = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"
    unit = formats["units"][step - 1]
    return unit.format(digits.removesuffix(".0").replace(".", formats["decimal"]))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0), MOST_YEARS_SECONDS), UTC)


def _formats(language: str | None) -> dict[str, Any]:
    found: dict[str, Any] = messages.catalog(language)["formats"]
    return found
