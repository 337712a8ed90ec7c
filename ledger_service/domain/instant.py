"""A time as programs write it to one another."""

from __future__ import annotations

from datetime import UTC, datetime

LATEST_INSTANT = (
    253_402_300_799  # seconds: the end of the year 9999; whatever ends later has no end
)


def instant(seconds: int) -> str:
    """Return a time, in seconds since 1970 UTC, as RFC 3339 writes it: 2026-11-28T14:05:00Z."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
