"""What the worker does for the niche: it puts the newest resource there."""

from __future__ import annotations

from collections.abc import Callable

from reading_room.niche.sql import SqlNiche

from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library


def work(library: Library, stops: Callable[[], bool]) -> None:
    with library.store.write() as transaction:
        niche = transaction.room(SqlNiche)
        for item in transaction.registrations.page(PageRequest()).items:
            if not stops() and item.digest.value not in niche.all():
                niche.put(item.digest.value)
