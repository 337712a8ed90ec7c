"""Which bytes a request for content wants: conditions and ranges of RFC 9110, §13 and §14."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger_service.domain.errors import InvalidRange

MOST_RANGES = 16
_RANGE = re.compile(r"(\d{0,15})-(\d{0,15})")


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Return whether the caller has these bytes already, and says so by If-None-Match (§13.1.2)."""
    told = headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in told.split(",")}
    return "*" in known or etag in known


def asked_range(headers: Mapping[str, str], etag: str, size: int) -> tuple[int, int] | None:
    """Return (start, end) of the one range that is asked for, end excluded; None for the whole.

    The whole is sent, too, where several ranges are asked for, where the unit is not bytes, where the
    header is malformed, and where If-Range names other bytes: §14.2 and §13.1.5 let it be so.

    Raises:
        InvalidRange: nothing of what is asked for is there.
    """
    asked = headers.get("range")
    if asked is None or headers.get("if-range", etag).strip() != etag:
        return None
    unit, _, text = asked.partition("=")
    parts = [_RANGE.fullmatch(part.strip()) for part in text.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not 0 < len(parts) <= MOST_RANGES:
        return None
    ranges = []
    for part in parts:
        if part is None or part.groups() == ("", ""):
            return None
        first, last = part.groups()
        if first and last and int(first) > int(last):
            return None
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last) + 1, size) if first and last else size
        if start < end:
            ranges.append((start, end))
    if not ranges:
        raise InvalidRange("size", size=size)
    return ranges[0] if len(ranges) == 1 else None
