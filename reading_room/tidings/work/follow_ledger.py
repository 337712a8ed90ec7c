"""Read the ledger to its end, and add what changes resources to the list.

The list holds nothing that ledger and registrations do not. While an import runs it waits, so that it
takes nothing of what the import needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.library import Library
from reading_room.tidings.rules.change import Change, about, change_of
from reading_room.tidings.sql import SqlChanges, SqlNotifications

READ_AT_A_TIME = 500  # entries, so that whoever appends waits for milliseconds


def follow_ledger(library: Library, stops: Callable[[], bool]) -> None:
    """Read what was not read yet; return at the ledger's end, or when told to stop."""
    while not stops():
        with library.store.read() as transaction:
            if is_importing(transaction, library.clock()):
                return
            room = transaction.room(SqlChanges)
            start = room.read_to()
            bodies = transaction.ledger.entries(start, READ_AT_A_TIME)
            if not bodies:
                return
            changes = _changes(transaction, room.newest(), start, bodies)
        with library.store.write() as transaction:
            room = transaction.room(SqlChanges)
            if room.read_to() != start:
                return  # another worker was quicker
            room.add(changes)
            room.set_read_to(start + len(bodies))


def _changes(
    transaction: Transaction, newest: int, start: int, bodies: Sequence[bytes]
) -> list[Change]:
    """Return the changes of which these entries tell; start: index of the first; newest: number so far."""
    told = [
        (index, entry, key)
        for index, body in enumerate(bodies, start)
        if (key := _about(transaction, entry := Entry.parse(body))) is not None
    ]
    known = _registrations(transaction, told)
    found: list[Change] = []
    for index, entry, key in told:
        registration = known.get(key)
        if registration is not None:  # one that was found on chain has no record here
            found.append(change_of(newest + len(found) + 1, index, entry, registration))
    return found


def _about(transaction: Transaction, entry: Entry) -> tuple[Digest, StewardId] | None:
    """Return the registration that an entry changes; of an endorsement, which names only a statement, too."""
    if entry.kind != "attested":
        return about(entry)
    if entry.text("type") != StatementType.ENDORSEMENT:
        return None
    notifications = transaction.room(SqlNotifications)
    found = notifications.of_statement(Digest.parse(entry.text("statement")))
    if found is None or found.says.digest is None:
        return None  # somebody stated it without a notification
    return found.says.digest, StewardId.parse(entry.text("attester"))


def _registrations(
    transaction: Transaction, told: Sequence[tuple[int, Entry, tuple[Digest, StewardId]]]
) -> dict[tuple[Digest, StewardId], Registration | None]:
    """Return the registrations that are named; those just taken in at once, as an import has many."""
    taken_in = [index for index, entry, _ in told if entry.kind == "accepted"]
    known: dict[tuple[Digest, StewardId], Registration | None] = {
        (item.digest, item.steward): item for item in transaction.registrations.of_entries(taken_in)
    }
    for _, _, key in told:
        if key not in known:
            known[key] = transaction.registrations.find(*key)
    return known
