"""What the worker does for usage: it closes hours and months that have ended, and attests their tables."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.usage.work.hours import close_hours
from reading_room.usage.work.months import close_months, count_decisions

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due, oldest first; return when nothing is left, or when told to stop."""
    close_hours(library, stops)
    count_decisions(library, stops)
    close_months(library, stops)
