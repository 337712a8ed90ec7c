"""What the worker does for the shelf: it puts the newest resource there."""

from __future__ import annotations

from collections.abc import Callable

from reading_room.shelf.sql import SqlShelf

from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library


def work(library: Library, stops: Callable[[], bool]) -> None:
    with library.store.write() as transaction:
        shelf = transaction.room(SqlShelf)
        for item in transaction.registrations.page(PageRequest()).items:
            if not stops() and item.digest.value not in shelf.all():
                shelf.put(item.digest.value)
