"""Give those with a place what is closed, until a stated time: slides and recordings, by grants of the core.

A colleague decides it once for an event; each grant is issued as any other, takes a seat of the license, ends
by itself, and stands in the ledger as a commitment.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.errors import (
    EventNotOpen,
    GrantHeld,
    InvalidEvent,
    NoCheckoutLeft,
    NoSeatFree,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.events.rules.event import Event, EventState, Material
from reading_room.events.rules.place import PlaceState
from reading_room.events.verbs.events import Tables, event_seen

MOST_AT_ONCE = 200  # grants that one request issues; the next goes on


class Given(NamedTuple):
    """How far it is. given: new grants; left: who still has none; full: whether no seat was free."""

    given: int
    left: int
    is_full: bool = False


def give_material(
    library: Library, tables: Tables, caller: Caller, event_id: str, digest: Digest
) -> Given:
    """Issue grants of a material to those who take part and hold none, at most MOST_AT_ONCE.

    Raises:
        EventNotFound. InvalidEvent: it is no material that is given, or its time is over.
        EventNotOpen: the event is a draft or canceled. As `issue_grant` where the license says no to all.
    """
    check_permitted(caller, Permission.EVENT_KEEP)
    check_permitted(caller, Permission.GRANT_ISSUE)
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables), caller, event_id)
        material = _material(library, event, digest)
        wanting = _wanting(library, transaction, tables, event, material)
    given, is_full = _issued(library, caller, material, wanting[:MOST_AT_ONCE])
    with library.store.write() as transaction:
        if given:
            record_act(transaction, caller, library.clock(), ActKind.EVENT_GIVEN, event.id)
    return Given(given, len(wanting) - given, is_full)


def _issued(
    library: Library, caller: Caller, material: Material, readers: list[str]
) -> tuple[int, bool]:
    """Return to how many a grant was issued, and whether no seat was left then."""
    given = 0
    for reader in readers:
        try:
            issue_grant(
                library, caller, digest=material.digest, reader=reader, until=material.until
            )
        except (UnknownReader, GrantHeld):  # erased meanwhile, or lent as well
            continue
        except (NoSeatFree, NoCheckoutLeft):
            return given, True
        given += 1
    return given, False


def _material(library: Library, event: Event, digest: Digest) -> Material:
    if not event.is_public or event.state is EventState.CANCELED:
        raise EventNotOpen("step", state=event.state.value)
    found = next((one for one in event.told.materials if one.digest == digest), None)
    if found is None or found.until <= library.clock():
        raise InvalidEvent("not-given", digest=digest.hex())
    return found


def _wanting(
    library: Library,
    transaction: Transaction,
    tables: Tables,
    event: Event,
    material: Material,
) -> list[str]:
    """Return the readers who take part and hold no grant of it that stands."""
    now, of_reader = library.clock(), transaction.grants.of_reader
    readers = [one.reader for one in transaction.room(tables).places(event.id, (PlaceState.TAKEN,))]
    return [
        reader
        for reader in readers
        if reader is not None
        and not any(
            grant.state in GRANT_STATES_STANDING and grant.until > now
            for grant in of_reader(reader, material.digest)
        )
    ]
