"""What the worker does for the room: the list of changes follows the ledger, and receivers are told of it."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.tidings.work.deliveries import deliver
from reading_room.tidings.work.follow_ledger import follow_ledger

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due now; return then, or soon after it is told to stop."""
    follow_ledger(library, stops)
    deliver(library, stops)
