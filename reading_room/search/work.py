"""What the worker does for search: it follows the ledger, entry by entry, and adds the words of open files.

A batch is one transaction with how far the ledger was read, so that a kill loses nothing and repeats nothing.
While an import is under way, it rests long enough after each batch that the import is slowed little.

Words of files come later, from whichever room reads them: documents that have none are looked at again, the
newest first, a few each time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MediaFound
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.library import Library
from reading_room.search.ports import Indexed
from reading_room.search.rules import FOLD
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.follow_ledger import (
    Changes,
    News,
    changes_of,
    maker,
    no_texts,
    number_of,
    read_news,
    registrations_of,
)

ENTRIES_A_BATCH = 1000
QUIET_ENTRIES = 100  # of other kinds, such as openings: so few are not worth a transaction
RESTS_A_BATCH = 9  # times as long as a batch took, while an import is under way
REST_SECONDS = 0.05

READS_RENDITIONS = True
"""`work` is handed what tells of the files that rooms made of a resource."""
TEXT = "text"  # a kind of such files
DOCUMENTS_A_LOOK = 25
LARGEST_TEXT_BYTES = 4 * 1024**2
PASS_SECONDS = 60  # until documents are looked through again

logger = logging.getLogger("muhr.search")
Stops = Callable[[], bool]
Tells = Callable[[Library, Digest], MediaFound | None]


def work(library: Library, stops: Stops, renditions: Sequence[Tells] = ()) -> None:
    """Bring the index up to the ledger; then look for words of some files; return soon when told to stop."""
    while not stops():
        begun = time.monotonic()
        if not index_some(library):
            add_some_texts(library, renditions, stops)
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
        room.add(changes.documents)
        room.hide(changes.hidden)
        is_new = before.fold != FOLD
        room.set_indexed(Indexed(news.looked_to, FOLD, "" if is_new else before.texts_to))


def add_some_texts(library: Library, renditions: Sequence[Tells], stops: Stops) -> int:
    """Add the words of some files whose documents have none yet; return of how many."""
    if not renditions:
        return 0
    with library.store.read() as transaction:
        room = transaction.room(SqlSearch)
        indexed = room.indexed()
        before, until = _looked(indexed.texts_to)
        if library.clock() < until:
            return 0
        due = room.without_text(before, DOCUMENTS_A_LOOK)
    done = 0
    for number, accepted in due:
        if stops():
            return done
        done += _add_text(library, renditions, number, accepted)
    last = due[-1][0] if len(due) == DOCUMENTS_A_LOOK else None
    to = f"{last}" if last is not None else f"after {library.clock() + PASS_SECONDS}"
    with library.store.write() as transaction:
        room = transaction.room(SqlSearch)
        room.set_indexed(replace(room.indexed(), texts_to=to))
    return done


def _looked(texts_to: str) -> tuple[int | None, int]:
    """Return below which number documents are looked at next, None for all, and from when on."""
    if texts_to.startswith("after "):
        return None, int(texts_to.removeprefix("after "))
    return int(texts_to) if texts_to else None, 0


def _add_text(library: Library, renditions: Sequence[Tells], number: int, accepted: int) -> bool:
    with library.store.read() as transaction:
        found = transaction.registrations.of_entries([accepted])
        if not found or number_of(found[0]) != number or found[0].steward != library.steward:
            return False
        [item] = found
        old = maker(transaction, no_texts)(item)
    told = (tell(library, item.digest) for tell in renditions)
    made = (one for known in told if known is not None for one in known.files)
    file = next((one for one in made if one.kind == TEXT), None)
    if file is None:
        return False
    try:
        pieces = library.content.read(
            ContentId.read(file.cid), 0, min(file.size_bytes, LARGEST_TEXT_BYTES)
        )
        text = b"".join(pieces).decode("utf-8", "replace")
    except LedgerError as exc:
        logger.warning("the words of %s were not read: %s", item.digest, exc.slug())
        return False
    with library.store.read() as transaction:
        new = maker(transaction, lambda _: text)(item)
    with library.store.write() as transaction:
        return transaction.room(SqlSearch).add_text(old, new)


def _rest(until: float, stops: Stops) -> None:
    while (left := until - time.monotonic()) > 0 and not stops():
        time.sleep(min(left, REST_SECONDS))
