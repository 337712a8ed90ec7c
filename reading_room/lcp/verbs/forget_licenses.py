"""Forget licenses that are over; the worker does it."""

from __future__ import annotations

from ledger_service.services.library import Library
from reading_room.lcp.verbs.license_loan import Tables


def forget_licenses(library: Library, tables: Tables) -> None:
    """Forget licenses that ended longer ago than requests are remembered."""
    before = library.clock() - library.limits.request_seconds
    with library.store.read() as transaction:
        if not transaction.room(tables).has_over(before):
            return
    with library.store.write() as transaction:
        transaction.room(tables).forget_over(before)
