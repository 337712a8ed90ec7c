"""What the worker does for the catalog: it reads the ledger on, and lets its lists follow.

The lists hold nothing that ledger and records do not. They can be emptied, and are then made again from the
first entry on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry, StatementType
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    Registration,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.catalog.rules.shelf import Placed, title_key
from reading_room.catalog.sql import SqlCatalog

READ_AT_A_TIME = 500  # entries, so that whoever appends waits for milliseconds
KINDS = KINDS_TAKEN_IN | {
    "registered",
    "described",
    "superseded",
    "rendition",
    "taken-back",
    "withdrawn",
    "rejected",
    "stored",
}
"""Entries that change what a list or a page of a resource shows, beside what is attested of its content."""
OF_CONTENT = (StatementType.KEPT, StatementType.KEY_DESTROYED)
Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Read the ledger to its end; return then, or when told to stop."""
    while not stops():
        with library.store.read() as transaction:
            start = transaction.room(SqlCatalog).read_to()
            bodies = transaction.ledger.entries(start, READ_AT_A_TIME)
            placed = _placed(transaction, start, bodies)
        if not bodies:
            return
        with library.store.write() as transaction:
            room = transaction.room(SqlCatalog)
            room.put(placed)
            room.set_read_to(start + len(bodies))


def _placed(transaction: Transaction, start: int, bodies: Sequence[bytes]) -> list[Placed]:
    """Return how the registrations of which entries tell stand now, each once; start: index of the first.

    What was just taken in is read at once, by its entries: an import takes in a million.
    """
    changed: dict[tuple[Digest, StewardId], int] = {}
    taken_in = []
    for index, body in enumerate(bodies, start):
        entry = Entry.parse(body)
        about = _about(entry)
        if about is not None:
            changed.pop(
                about, None
            )  # in the order of what changed them last, however much is read at a time
            changed[about] = entry.at
        if entry.kind in KINDS_TAKEN_IN:
            taken_in.append(index)
    known = {
        (item.digest, item.steward): item for item in transaction.registrations.of_entries(taken_in)
    }
    found = []
    for key, at in changed.items():
        registration = known.get(key) or transaction.registrations.find(*key)
        if registration is not None:  # a rejected one may have been forgotten
            found.append(_place_of(registration, at))
    return found


def _about(entry: Entry) -> tuple[Digest, StewardId] | None:
    """Return the registration whose page an entry changes, None if it changes none."""
    if entry.kind in KINDS:
        return Digest.parse(entry.text("digest")), StewardId.parse(entry.text("steward"))
    if entry.kind == "attested" and entry.text("type") in OF_CONTENT:
        return Digest.parse(entry.text("statement")), StewardId.parse(entry.text("attester"))
    return None


def _place_of(registration: Registration, at: int) -> Placed:
    record = registration.record
    return Placed(
        entry=registration.accepted_entry,
        digest=registration.digest,
        steward=registration.steward,
        license=registration.license,
        title_key=title_key(record.title),
        changed_at=at,
        is_listed=registration.state not in STATES_GONE,
        hosts=record.part_of,
    )
