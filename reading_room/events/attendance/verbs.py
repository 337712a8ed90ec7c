"""Open check-in, show the code, check in by it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ledger_service.domain.errors import (
    CheckInRefused,
    EventNotOpen,
    LedgerError,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.events.attendance.ports import AttendanceTables
from reading_room.events.attendance.rules import (
    SECRET,
    SECRET_BYTES,
    STEP_SECONDS,
    CheckInState,
    code_of,
    device_tag,
    read_code,
    step_at,
    step_of,
)
from reading_room.events.rules.event import Event, EventState, check_event_id
from reading_room.events.verbs.events import Tables, event_seen, key_of
from reading_room.events.verbs.places import check_organizes, held_place

AttendanceMaker = Callable[[Any], AttendanceTables]
Both = tuple[Tables, AttendanceMaker]
"""What makes the room's tables of a connection, and those of attendance."""
EARLY_SECONDS = 2 * 3600  # before the beginning, from when on check-in may be opened


class Shown(NamedTuple):
    """The code that is shown now. left: seconds until the next; seen: how many have checked in."""

    event: Event
    check_in: CheckInState | None
    code: str
    left: int
    seen: int


class Asked(NamedTuple):
    """A check-in. device: a random text that the browser keeps, or nothing."""

    caller: Caller
    event: str
    code: str
    device: str = ""


class CheckedIn(NamedTuple):
    """times: how often they have been seen by now; least_times, least_minutes: by how much they count."""

    times: int
    least_times: int
    least_minutes: int


def open_check_in(
    library: Library,
    tables: Both,
    caller: Caller,
    event_id: str,
    least_times: int = 1,
    least_minutes: int = 0,
) -> CheckInState:
    """Return how people check in from now on; what stands is changed in its rule, and opened again.

    Raises:
        EventNotFound, NoPlaceHeld: the caller does not organize it. EventNotOpen: it is not announced,
            begins in hours yet, or is attested. InvalidEvent: the rule is out of bounds.
    """
    check_permitted(caller, Permission.LIBRARY_READ)
    now = library.clock()
    with library.store.write() as transaction:
        room = transaction.room(tables[0])
        event = event_seen(room, caller, check_event_id(event_id))
        check_organizes(room, caller, event)
        own = transaction.room(tables[1])
        found = own.find_check_in(event.id)
        if event.state not in (EventState.ANNOUNCED, EventState.HELD):
            raise EventNotOpen("check-in-closed")
        if found is not None and found.statement is not None:
            raise EventNotOpen("attested")
        if now < event.begins_at - EARLY_SECONDS:
            raise EventNotOpen("check-in-early", hours=EARLY_SECONDS // 3600)
        sealed = found.secret if found is not None else None
        if sealed is None:
            sealed = key_of(library, event).seal(secrets.token_bytes(SECRET_BYTES), SECRET)
        opened = now if found is None else found.opened_at
        made = CheckInState(event.id, sealed, opened, least_times, least_minutes)
        own.keep_check_in(made)
        record_act(transaction, caller, now, ActKind.CHECK_IN_OPENED, event.id)
        return made


def show_code(library: Library, tables: Both, caller: Caller, event_id: str) -> Shown:
    """Return the code that is shown now; without one if check-in is not open. Raises as `open_check_in`."""
    check_permitted(caller, Permission.LIBRARY_READ)
    now = library.clock()
    with library.store.read() as transaction:
        room = transaction.room(tables[0])
        event = event_seen(room, caller, check_event_id(event_id))
        check_organizes(room, caller, event)
        own = transaction.room(tables[1])
        check_in, seen = own.find_check_in(event.id), own.count_places(event.id)
    code = ""
    if check_in is not None and check_in.is_open:
        code = code_of(_secret(library, event, check_in), event.id, step_at(now))
    return Shown(event, check_in, code, STEP_SECONDS - now % STEP_SECONDS, seen)


def check_in_all(
    tables: Both,
) -> Callable[[Library, Transaction, Sequence[Asked]], list[CheckedIn | LedgerError]]:
    """Return the verb that checks many in, in one transaction; each has an outcome of its own."""

    def check_in(
        library: Library, transaction: Transaction, asked: Sequence[Asked]
    ) -> list[CheckedIn | LedgerError]:
        opened: dict[str, _Open] = {}
        outcomes: list[CheckedIn | LedgerError] = []
        for one in asked:
            try:
                outcomes.append(_check_in(library, transaction, tables, opened, one))
            except LedgerError as exc:
                outcomes.append(exc)
        return outcomes

    return check_in


class _Open(NamedTuple):
    event: Event
    check_in: CheckInState
    secret: bytes


def _check_in(
    library: Library,
    transaction: Transaction,
    tables: Both,
    opened: dict[str, _Open],
    asked: Asked,
) -> CheckedIn:
    now, room, own = (
        library.clock(),
        transaction.room(tables[0]),
        transaction.room(tables[1]),
    )
    if asked.event not in opened:
        event = event_seen(room, asked.caller, check_event_id(asked.event))
        found = own.find_check_in(event.id)
        if found is None or not found.is_open:
            raise EventNotOpen("check-in-closed")
        opened[asked.event] = _Open(event, found, _secret(library, event, found))
    event, check_in, secret = opened[asked.event]
    mine = held_place(room, asked.caller, event)
    step = step_of(secret, event.id, read_code(asked.code), now)
    if own.is_seen(mine.id, step):
        raise CheckInRefused("used", seconds=STEP_SECONDS)
    device = device_tag(secret, asked.device) if asked.device else None
    if device is not None and own.place_of_device(event.id, device) not in (None, mine.id):
        raise CheckInRefused("device")
    own.add_sighting(event.id, mine.id, step, now, device)
    return CheckedIn(own.times_of(mine.id), check_in.least_times, check_in.least_minutes)


def _secret(library: Library, event: Event, check_in: CheckInState) -> bytes:
    assert check_in.secret is not None  # of one that is open
    return key_of(library, event).open(check_in.secret, SECRET)


class OwnSightings(NamedTuple):
    """What a participant sees. times: how often they were seen; None: they have no place."""

    event: Event
    check_in: CheckInState | None
    times: int | None


def find_own_sightings(
    library: Library, tables: Both, caller: Caller, event_id: str
) -> OwnSightings:
    """Return how often the caller was seen at an event; raise EventNotFound."""
    check_permitted(caller, Permission.LIBRARY_READ)
    with library.store.read() as transaction:
        room = transaction.room(tables[0])
        event = event_seen(room, caller, check_event_id(event_id))
        own = transaction.room(tables[1])
        mine = room.place_of(event.id, caller.subject) if caller.actor is Actor.READER else None
        times = own.times_of(mine.id) if mine is not None and mine.is_taken else None
        return OwnSightings(event, own.find_check_in(event.id), times)
