"""Find out what happened to resources, and tell whoever has them on their shelf.

No table says whose shelf holds what. What happened is put down first, with how far the ledger was read; then
all readers are gone through, part by part: the tags that each would have for it are made under their key, and
looked up. Each step is one transaction, so that a kill loses no notice and repeats none (docs/adr/0123).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.notices.notice import Notice, NoticeKind
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import STATES_READABLE, Link
from ledger_service.ports.people import READER_PARTS
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import tell_holder
from reading_room.shelf.ports import Followed, Happened
from reading_room.shelf.verbs.keep import Tables, digest_tag, whose

ENTRIES_A_BATCH = 1000
QUIET_ENTRIES = 100  # of other kinds: so few are not worth a transaction
HAPPENED_A_BATCH = 100
SECONDS_BETWEEN_LOOKS = 60  # for what is free again
_KIND = re.compile(rb'"kind":"(superseded|withdrawn)"')

Stops = Callable[[], bool]


def read_entries(library: Library, tables: Tables) -> bool:
    """Put down what some more entries of the ledger tell; return whether there may be more.

    A library that never had shelves begins with its newest entry.
    """
    with library.store.read() as transaction:
        before = transaction.room(tables).followed()
        size = transaction.ledger.size()
        start = size if before is None else before.looked_to
        bodies = transaction.ledger.entries(start, ENTRIES_A_BATCH)
    entries = [
        entry for body in bodies if _KIND.search(body) and _matters(entry := Entry.parse(body))
    ]
    read_to = start + len(bodies)
    if before is not None and not entries and read_to < start + QUIET_ENTRIES:
        return False
    with library.store.write() as transaction:
        room = transaction.room(tables)
        if room.followed() != before:
            return True  # another worker was quicker
        for entry in entries:
            digest = Digest.parse(entry.text("digest"))
            room.add_happened(NoticeKind(entry.kind), digest, entry.at)
        now = before or Followed(size, 0)
        room.set_followed(now._replace(looked_to=read_to))
    return read_to < size


def look_for_free(library: Library, tables: Tables) -> None:
    """Put down what had no free copy at the last look and has one now; at most once a minute."""
    now = library.clock()
    with library.store.read() as transaction:
        before = transaction.room(tables).followed()
        if before is None or now < before.looked_at + SECONDS_BETWEEN_LOOKS:
            return
        taken = _taken(library, transaction, now)
        freed = transaction.room(tables).taken() - taken
        free = [one for one in freed if _is_lent(library, transaction, one)]
    with library.store.write() as transaction:
        room = transaction.room(tables)
        if room.followed() != before:
            return
        for digest in sorted(free, key=lambda one: one.value):
            room.add_happened(NoticeKind.FREE_AGAIN, digest, now)
        room.set_taken(taken)
        room.set_followed(before._replace(looked_at=now))


def tell_readers(library: Library, tables: Tables, stops: Stops) -> bool:
    """Tell all readers of the oldest of what happened; return whether there was something."""
    with library.store.read() as transaction:
        room = transaction.room(tables)
        followed = room.followed()
        is_amid = followed is not None and followed.until > 0
        batch = room.happened(
            HAPPENED_A_BATCH, followed.until if followed is not None and is_amid else None
        )
    if not batch or followed is None:
        return False
    until = batch[-1].number
    for part in range(followed.part, READER_PARTS):
        if stops():
            return False
        _tell_part(library, tables, batch, part, until)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        room.forget_happened(until)
        standing = room.followed()
        assert standing is not None  # a row that was written stays
        room.set_followed(standing._replace(until=0, part=0))
    return True


def _matters(entry: Entry) -> bool:
    """Return whether readers are to know: a translation, say, takes nobody's place."""
    return entry.kind != "superseded" or Link(entry.number("relation")).takes_place


def _tell_part(
    library: Library, tables: Tables, batch: Iterable[Happened], part: int, until: int
) -> None:
    """Tell the readers of one part; if nobody there is to be told, nothing is written."""
    with library.store.read() as transaction:
        room = transaction.room(tables)
        keys = {whose(key): key for _, key in transaction.access.keys_of_part(part)}
        asked = {
            digest_tag(keys[shelf], one.digest): (keys[shelf], one)
            for shelf in room.kept_among(sorted(keys))
            for one in batch
        }
        found = room.tags_among(sorted(asked))
    if not found:
        return
    with library.store.write() as transaction:
        room = transaction.room(tables)
        standing = room.followed()
        assert standing is not None
        if standing.part > part:
            return  # another worker has told them
        # Whose key is gone, or who took it off meanwhile, has no such tag any more.
        found = room.tags_among(sorted(found))
        told = sorted((asked[tag] for tag in found), key=lambda pair: pair[1].number)
        for key, one in told:
            tell_holder(transaction, key, Notice(one.kind, one.digest.hex(), one.at))
        room.set_followed(standing._replace(until=until, part=part + 1))


def _is_lent(library: Library, transaction: Transaction, digest: Digest) -> bool:
    """Return whether the library still lends a resource, and nobody waits for it: a line has its own news."""
    registration = transaction.registrations.find(digest, library.steward)
    if registration is None or registration.state not in STATES_READABLE:
        return False
    return not transaction.requests.line(digest, library.steward)


def _taken(library: Library, transaction: Transaction, now: int) -> set[Digest]:
    """Return the library's resources of which no copy is free now, and that can be lent at all."""
    taken = set()
    for digest, held in transaction.grants.seats_held(library.steward, now):
        registration = transaction.registrations.find(digest, library.steward)
        license_row = registration and transaction.licenses.find(registration.license)
        if license_row and UNLIMITED_SEATS > license_row.terms.seats <= held:
            taken.add(digest)
    return taken
