"""What the worker does for search: it follows the ledger, entry by entry.

A batch is one transaction with how far the ledger was read, so that a kill loses nothing and repeats nothing.
While an import is under way, it rests long enough after each batch that the import is slowed little.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.library import Library
from reading_room.search.ports import Indexed
from reading_room.search.rules import FOLD
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.follow_ledger import (
    Changes,
    News,
    changes_of,
    read_news,
    registrations_of,
)

ENTRIES_A_BATCH = 1000
QUIET_ENTRIES = 100  # of other kinds, such as openings: so few are not worth a transaction
RESTS_A_BATCH = 5  # times as long as a batch took, while an import is under way
REST_SECONDS = 0.05

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Bring the index up to the ledger; return when it is, or when told to stop."""
    while not stops():
        begun = time.monotonic()
        if not index_some(library):
            return
        with library.store.read() as transaction:
            is_busy = is_importing(transaction, library.clock())
        if is_busy:
            took = time.monotonic() - begun
            _rest(begun + took * (1 + RESTS_A_BATCH), stops)


def index_some(library: Library, most: int = ENTRIES_A_BATCH) -> bool:
    """Read some more entries into the index; return whether there may be more."""
    with library.store.read() as transaction:
        indexed = transaction.room(SqlSearch).indexed()
        start = indexed.looked_to if indexed.fold == FOLD else 0
        size = transaction.ledger.size()
        if start >= size and indexed.fold == FOLD:
            return False
        news = read_news(transaction, start, most)
        is_quiet = not news and news.looked_to == size < start + QUIET_ENTRIES
        if is_quiet and indexed.fold == FOLD:
            return False
        changes = changes_of(transaction, registrations_of(transaction, news))
    _write(library, indexed, news, changes)
    return True


def _write(library: Library, before: Indexed, news: News, changes: Changes) -> None:
    with library.store.write() as transaction:
        room = transaction.room(SqlSearch)
        if room.indexed() != before:
            return  # another worker was quicker
        if before.fold != FOLD:
            room.clear()
        for digest in news.rejected:
            room.hide(room.numbers_of(digest.value))
        room.hide(changes.hidden)
        room.add(changes.documents)
        room.set_indexed(Indexed(news.looked_to, FOLD))


def _rest(until: float, stops: Stops) -> None:
    while (left := until - time.monotonic()) > 0 and not stops():
        time.sleep(min(left, REST_SECONDS))
