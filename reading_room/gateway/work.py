"""Note which blocks the open resources have that are more than one block, so that each can be asked for.

A resource of one block needs no note: its digest is in its CID.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ledger_service.domain.content.content_id import DAG_PB, ContentId
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    ContentStoreUnavailable,
)
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import PageRequest, cursor_after
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import is_open
from reading_room.gateway.ports import Looked
from reading_room.gateway.sql import SqlGateway

LOOKED_AT_A_TIME = 1000  # registrations
BLOCKS_A_BATCH = 5000  # written in one transaction, and those of one resource more
BATCH_SECONDS = 5.0
ANEW_SECONDS = 86_400  # after which all are looked at again: content may have come later

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Look through some more registrations; return when that is done, or soon after it is told to stop."""
    now = library.clock()
    with library.store.read() as transaction:
        if is_importing(transaction, now):
            return
        room = transaction.room(SqlGateway)
        looked = room.looked() or Looked("", now)
        items = transaction.registrations.page(PageRequest(looked.cursor, LOOKED_AT_A_TIME)).items
        opens = {one: is_open(transaction, one) for one in {item.license for item in items}}
        wanted = [
            item.cid.codec == DAG_PB and opens[item.license] and not room.has(item.accepted_entry)
            for item in items
        ]
    if items:
        _note(library, stops, looked, list(zip(items, wanted, strict=True)))
    elif now >= looked.began_at + ANEW_SECONDS:
        with library.store.write() as transaction:
            transaction.room(SqlGateway).look_to(Looked("", now))


def _note(
    library: Library, stops: Stops, looked: Looked, items: list[tuple[Registration, bool]]
) -> None:
    """Note the blocks of the resources that are wanted, or of the first of them that took long enough."""
    begun, count = time.monotonic(), 0
    found: list[tuple[Registration, set[ContentId]]] = []
    last = None
    for item, is_wanted in items:
        if stops() or count > BLOCKS_A_BATCH or time.monotonic() - begun > BATCH_SECONDS:
            break
        last = item.accepted_entry
        if is_wanted and (blocks := _blocks_of(library, item)):
            found.append((item, blocks))
            count += len(blocks)
    if last is None:
        return
    with library.store.write() as transaction:
        room = transaction.room(SqlGateway)
        for item, blocks in found:
            if not room.has(item.accepted_entry):
                room.add(item.accepted_entry, item.digest, blocks)
        room.look_to(Looked(cursor_after(last), looked.began_at))


def _blocks_of(library: Library, item: Registration) -> set[ContentId]:
    """Return the CIDs of a file's blocks; none if they cannot be read now: they are looked for again."""
    try:
        return set(_below(library, item.cid))
    except (ContentNotFound, ContentCorrupt, ContentStoreUnavailable):
        return set()


def _below(library: Library, cid: ContentId) -> Iterator[ContentId]:
    yield cid
    if cid.codec == DAG_PB:
        for link in library.content.links(cid):
            yield from _below(library, link.cid)
