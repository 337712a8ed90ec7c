"""Times as OAI-PMH writes them, in UTC: to the second, or as a day (§3.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from ledger_service.domain.instant import instant
from reading_room.interop.oai.rules.faults import BAD_ARGUMENT, Fault

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})Z)?\Z")
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Stamp(NamedTuple):
    """A time that was asked for: its first and last second since 1970 UTC; is_day: whether it is a day."""

    first: int
    last: int
    is_day: bool


@lru_cache(1024)  # an import of thousands has few times
def format_stamp(at: int) -> str:
    """Return a time in seconds since 1970 UTC as a datestamp."""
    return instant(at)


def parse_stamp(name: str, text: str) -> Stamp:
    """Return the time that an argument says; raise Fault."""
    match = _STAMP.match(text)
    try:
        if match is None:
            raise ValueError(text)
        day, clock = match.groups()
        told = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}+00:00")
    except ValueError as exc:
        raise Fault(BAD_ARGUMENT, "stamp", name=name, text=text) from exc
    first = int((told - _START).total_seconds())
    length = timedelta(days=1) if clock is None else timedelta(seconds=1)
    return Stamp(first, first + int(length.total_seconds()) - 1, clock is None)
