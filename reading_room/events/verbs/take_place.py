"""Take a place at an event, wait in line for one, accept what is offered, and leave.

As in the lines of lending nobody passes those who wait, and a place that became free is kept for whoever is
next for a time. All of it is one write transaction, so that a rush gives no place twice.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from ledger_service.domain.errors import EventNotOpen, NotAuthenticated, PlaceNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell
from reading_room.events.ports import EventTables
from reading_room.events.rules.event import Event
from reading_room.events.rules.place import (
    MOST_WAITING,
    STANDING,
    Place,
    PlaceState,
    Role,
    check_name,
    count_free,
    is_free,
    lapsed,
    offer_end,
)
from reading_room.events.verbs.events import Tables, event_seen, key_of
from reading_room.events.verbs.places import NAME

ID_BYTES = 16
PARTICIPANT = Role.PARTICIPANT


def take_place(
    library: Library,
    tables: Tables,
    caller: Caller,
    event_id: str,
    name: str,
    *,
    is_mailed: bool = False,
) -> Place:
    """Return the calling reader's place: taken if one is free and nobody waits, else at the end of the line.

    Who has a place or waits keeps it, with the name and the wish for mail that are given now; who is offered
    one takes it.

    Raises:
        EventNotFound: no event is announced under this id. InvalidPlace: the name is none.
        EventNotOpen: it is over or canceled, or too many wait.
        NotAuthenticated: the reader was erased.
    """
    check_permitted(caller, Permission.EVENT_JOIN)
    given = check_name(name)
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables), caller, event_id)
    sealed = key_of(library, event).seal(given.encode(), NAME)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        event = event_open(room, caller, event_id, now)
        if transaction.access.reader_key(caller.subject) is None:
            raise NotAuthenticated()  # erased meanwhile
        advance(transaction, room, event, now)
        mine = room.place_of(event.id, caller.subject)
        if mine is not None and mine.state in STANDING:
            state = PlaceState.TAKEN if mine.state is PlaceState.OFFERED else mine.state
            kept = replace(mine, name=sealed, is_mailed=is_mailed)
            return _put(room, kept if state is mine.state else kept.changed(state, now))
        return _add(room, event, caller.subject, mine, sealed, is_mailed, now)


def leave_place(library: Library, tables: Tables, caller: Caller, event_id: str) -> Place:
    """Give the calling reader's place back, or leave the line; whoever is next is offered it.

    Raises:
        EventNotFound, EventNotOpen: as `take_place`. PlaceNotFound: the reader has none.
    """
    check_permitted(caller, Permission.EVENT_JOIN)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        event = event_open(room, caller, event_id, now)
        mine = room.place_of(event.id, caller.subject)
        if mine is None or mine.state not in STANDING:
            raise PlaceNotFound(name=event.id)
        left = _put(room, replace(mine.changed(PlaceState.LEFT, now), role=PARTICIPANT))
        advance(transaction, room, event, now)
        return left


def event_open(room: EventTables, caller: Caller, event_id: str, now: int) -> Event:
    """Return an event at which places are taken and left now; raise EventNotFound, EventNotOpen."""
    check_permitted(caller, Permission.LIBRARY_READ)
    event = event_seen(room, caller, event_id)
    if not event.takes_people(now):
        raise EventNotOpen("over")
    return event


def advance(transaction: Transaction, room: EventTables, event: Event, now: int) -> None:
    """Let offers that ran out lapse, and offer what is free to those who are next; they are told."""
    if not event.takes_people(now):
        return
    for one in lapsed(room.places(event.id, (PlaceState.OFFERED,), PARTICIPANT), now):
        _tell(transaction, _put(room, one), NoticeKind.EVENT_OFFER_LAPSED, now)
    held, waiting = _counts(room, event)
    free, until = count_free(event.places, held, waiting), offer_end(now, event)
    if not free or until <= now:
        return
    for one in room.places(event.id, (PlaceState.WAITING,), PARTICIPANT, free):
        offered = _put(room, one.changed(PlaceState.OFFERED, now, until))
        _tell(transaction, offered, NoticeKind.EVENT_PLACE_OFFERED, now)


def has_free_place(room: EventTables, event: Event) -> bool:
    """Return whether somebody who comes now gets a place at once."""
    return is_free(event.places, *_counts(room, event))


def _add(
    room: EventTables,
    event: Event,
    reader: str,
    before: Place | None,
    name: bytes,
    is_mailed: bool,
    now: int,
) -> Place:
    """Add a place at the end; who was there before keeps the place's id, and nothing else of it."""
    held, waiting = _counts(room, event)
    is_taken = is_free(event.places, held, waiting)
    if not is_taken and waiting >= MOST_WAITING:
        raise EventNotOpen("line-full", most=MOST_WAITING)
    if before is not None:
        room.remove_place(before.id)
    new = Place(
        id=secrets.token_hex(ID_BYTES) if before is None else before.id,
        event=event.id,
        role=PARTICIPANT,
        state=PlaceState.TAKEN if is_taken else PlaceState.WAITING,
        serial=0,
        made_at=now,
        changed_at=now,
        reader=reader,
        name=name,
        is_mailed=is_mailed,
    )
    return room.add_place(new)


def _counts(room: EventTables, event: Event) -> tuple[int, int]:
    """Return how many places participants hold, and how many wait."""
    counts = room.count(event.id)
    held = sum(counts.get((PARTICIPANT, one), 0) for one in (PlaceState.TAKEN, PlaceState.OFFERED))
    return held, counts.get((PARTICIPANT, PlaceState.WAITING), 0)


def _put(room: EventTables, place: Place) -> Place:
    room.replace_place(place)
    return place


def _tell(transaction: Transaction, place: Place, kind: NoticeKind, now: int) -> None:
    if place.reader is not None:
        tell(transaction, place.reader, kind, place.event, now)
