"""What the worker does for shelves: it tells readers when something happened to what they chose."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.follow import look_for_free, read_entries, tell_readers

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Read what the ledger says since, look for what is free again, and tell readers; return soon if told."""
    while not stops() and read_entries(library, SqlShelf):
        pass
    if not stops():
        look_for_free(library, SqlShelf)
    while not stops() and tell_readers(library, SqlShelf, stops):
        pass
