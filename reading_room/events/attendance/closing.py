"""Close an event's check-in: the ledger attests who was there, and each has a credential to take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from ledger_service.domain.credentials.attendance import Attendance
from ledger_service.domain.errors import EventNotFound, EventNotOpen
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.credentials.attest_attendance import (
    Present,
    append_attendance,
    prepare_attendance,
)
from ledger_service.services.credentials.publish import attendance_value, find_attendance
from ledger_service.services.library import Library
from reading_room.events.attendance.rules import CheckInState, Sightings, counted, gathered
from reading_room.events.attendance.verbs import Both
from reading_room.events.rules.event import Event, check_event_id
from reading_room.events.rules.place import Place, PlaceState
from reading_room.events.verbs.events import event_seen, key_of
from reading_room.events.verbs.places import NAME

ALL = tuple(PlaceState)


class Closed(NamedTuple):
    """What an event's attendance is, and the entry that attests it."""

    attendance: Attendance
    entry: int


def close_check_in(library: Library, tables: Both, caller: Caller, event_id: str) -> Closed:
    """Return what the ledger attests of who was there. Nobody checks in from now on.

    It may be called again if it was broken off, or if nobody counted and the rule was eased.

    Raises:
        RoleNotHeld: the caller may not attest attendances. EventNotFound. EventNotOpen: nobody could check
            in, or it is attested already. InvalidInput: nobody counts as having been there.
    """
    check_permitted(caller, Permission.CREDENTIAL_ISSUE)
    event, check_in = _stop(library, tables, caller, event_id)
    with library.store.read() as transaction:
        seen = gathered(transaction.room(tables[1]).sightings(event.id))
        places = transaction.room(tables[0]).places(event.id, ALL)
    there = counted(check_in, seen)
    present = _present(library, event, [one for one in places if one.id in there], there)
    times = (event.begins_at, event.ends_at)
    prepared = prepare_attendance(library, caller, event.id, times, present)
    with library.store.write() as transaction:
        own = transaction.room(tables[1])
        still = own.find_check_in(event.id)
        if still is None or still.statement is not None:
            raise EventNotOpen("attested")
        entry = append_attendance(transaction, library, caller, prepared)
        done = replace(still, secret=None, statement=prepared.attendance.statement)
        own.keep_check_in(done)
        own.forget_sightings(event.id)
    return Closed(prepared.attendance, entry)


def find_closed(library: Library, tables: Both, caller: Caller, event_id: str) -> Closed:
    """Return what the ledger attests of who was there; raise EventNotFound if it attests nothing yet."""
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables[0]), caller, check_event_id(event_id))
        found = transaction.room(tables[1]).find_check_in(event.id)
    if found is None or found.statement is None:
        raise EventNotFound(name=event_id)
    kept = find_attendance(library, found.statement)
    return Closed(Attendance.of_value(attendance_value(kept)), kept.entry)


def _stop(
    library: Library, tables: Both, caller: Caller, event_id: str
) -> tuple[Event, CheckInState]:
    """Let nobody check in any more, before it is read who has: no check-in is lost between the two."""
    with library.store.write() as transaction:
        event = event_seen(transaction.room(tables[0]), caller, check_event_id(event_id))
        own = transaction.room(tables[1])
        found = own.find_check_in(event.id)
        if found is None:
            raise EventNotOpen("check-in-closed")
        if found.statement is not None:
            raise EventNotOpen("attested")
        stopped = found if not found.is_open else replace(found, closed_at=library.clock())
        own.keep_check_in(stopped)
        return event, stopped


def _present(
    library: Library, event: Event, places: Collection[Place], there: Mapping[str, Sightings]
) -> list[Present]:
    """Return who was there, with what their credentials say; who was erased meanwhile has none."""
    key = key_of(library, event)
    day = datetime.fromtimestamp(event.begins_at, UTC).date().isoformat()
    found = []
    for one in places:
        fields: dict[str, str | int] = {"event": event.told.title, "date": day}
        fields["role"] = one.role.value
        if there[one.id].minutes:  # who was asked for one code was seen at one time
            fields["minutes"] = there[one.id].minutes
        if one.name is not None and (name := key.open(one.name, NAME).decode()):
            fields["name"] = name
        found.append(Present(one.reader or "", one.role.value, fields))
    return found
