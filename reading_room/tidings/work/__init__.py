"""What the worker does for the room: it reads the ledger on, so that the list of changes follows."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.tidings.work.follow_ledger import follow_ledger

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due now; return then, or soon after it is told to stop."""
    follow_ledger(library, stops)
