"""Delete statements that not all authors signed in their time, with their names, signatures and files."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library

AT_ONCE = 100


def end_statements(library: Library, stops: Callable[[], bool]) -> None:
    """Delete what is due, some at once."""
    while not stops():
        with library.store.read() as transaction:
            due = transaction.authors.ended(library.clock(), AT_ONCE)
        if not due:
            return
        with library.store.write() as transaction:
            for statement in due:
                transaction.authors.remove(statement)
