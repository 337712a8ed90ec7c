"""Write the database's files anew after erasures, so that no free byte of theirs tells of who was erased.

SQLite overwrites what is deleted, but a page from which a row was moved keeps the row's bytes, and so does
the write-ahead log until it is cut. The log is cut at once; the rest is written anew for all erasures of some
hours together, since writers wait meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library

Stops = Callable[[], bool]


def rewrite_traces(library: Library, stops: Stops) -> None:
    """Rewrite what is due now; the worker that leads calls it again and again.

    Raises LedgerBusy while others read or write for long; it is tried again then.
    """
    with library.store.read() as transaction:
        oldest = transaction.access.oldest_erasure()
    is_due = oldest is not None and library.clock() - oldest >= library.limits.rewrite_seconds
    if is_due and not stops():
        rewrite_now(library)


def rewrite_now(library: Library) -> None:
    """Rewrite, whether it is due or not; what is erased meanwhile is left for the next time."""
    began = library.clock() - 1
    with library.store.write() as transaction:
        transaction.access.note_erasure(began)  # a second that is over has all its erasures
    library.store.rewrite()
    with library.store.write() as transaction:
        transaction.access.forget_erasures(began)
    library.store.wipe()
