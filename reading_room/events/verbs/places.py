"""Find the places of an event: who takes part, in which role, and who waits.

Names are sealed under the event's key: its organizers and the desk are told them, everybody else their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ledger_service.domain.errors import NoPlaceHeld, PlaceNotFound
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import WHATEVER, Permission, check_permitted, sees
from ledger_service.services.library import Library
from reading_room.events.ports import EventTables, QuestionTables
from reading_room.events.rules.event import Event, check_event_id
from reading_room.events.rules.place import STANDING, Place, PlaceState, Role, check_place_id
from reading_room.events.verbs.events import Tables, event_seen, key_of

NAME, QUESTION, ANSWER, MESSAGE = "name of a participant", "question", "answer", "message"
"""For what each value is sealed."""
Questions = Callable[[Any], QuestionTables]
"""Makes the tables of questions of a connection."""


def list_places(
    library: Library,
    tables: Tables,
    caller: Caller,
    event_id: str,
    states: Collection[PlaceState] = STANDING,
) -> list[tuple[Place, str]]:
    """Return the places of an event with the names that people gave, by when they came.

    A name is empty where it was erased. For the desk, and for those who organize the event.

    Raises:
        EventNotFound: no event that the caller may see.
        NoPlaceHeld: the caller is neither.
    """
    check_permitted(caller, Permission.LIBRARY_READ)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        event = event_seen(room, caller, event_id)
        check_organizes(room, caller, event)
        found = room.places(event.id, states)
    key = key_of(library, event)
    return [(one, "" if one.name is None else key.open(one.name, NAME).decode()) for one in found]


def find_place(library: Library, tables: Tables, caller: Caller, place_id: str) -> Place:
    """Return a place by its id: one's own, or any for the desk and who organizes the event.

    Raises:
        PlaceNotFound: there is none, or it is not the caller's to see.
    """
    check_permitted(caller, Permission.LIBRARY_READ)
    check_place_id(place_id)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = room.find_place(place_id)
        if found is None:
            raise PlaceNotFound(name=place_id)
        event = event_seen(room, caller, found.event)
        is_own = caller.actor is Actor.READER and found.reader == caller.subject
        if not is_own and not organizes(room, caller, event):
            raise PlaceNotFound(name=place_id)
    return found


def own_place(library: Library, tables: Tables, caller: Caller, event_id: str) -> Place | None:
    """Return the place that the calling reader has at an event, in whichever state; None for none."""
    check_permitted(caller, Permission.EVENT_JOIN)
    with library.store.read() as transaction:
        return transaction.room(tables).place_of(check_event_id(event_id), caller.subject)


def count_before(library: Library, tables: Tables, caller: Caller, place: Place) -> int:
    """Return how many wait before the calling reader's own place; 0 if it does not wait."""
    check_permitted(caller, Permission.EVENT_JOIN)
    if place.state is not PlaceState.WAITING:
        return 0
    with library.store.read() as transaction:
        return transaction.room(tables).count_before(place)


def list_own(library: Library, tables: Tables, caller: Caller) -> list[tuple[Place, Event]]:
    """Return the calling reader's places with their events, those that begin last first."""
    check_permitted(caller, Permission.EVENT_JOIN)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = [one for one in room.places_of(caller.subject) if one.state is not PlaceState.LEFT]
        events = room.events_named([one.event for one in found])
    pairs = [(one, events[one.event]) for one in found]
    return sorted(pairs, key=lambda pair: -pair[1].begins_at)


def organizes(room: EventTables, caller: Caller, event: Event) -> bool:
    """Return whether the caller keeps events at the desk, or organizes this one."""
    if sees(caller, Permission.EVENT_KEEP, WHATEVER):
        return True
    if caller.actor is not Actor.READER:
        return False
    mine = room.place_of(event.id, caller.subject)
    return mine is not None and mine.is_taken and mine.role is Role.ORGANIZER


def check_organizes(room: EventTables, caller: Caller, event: Event) -> None:
    """Check that the caller keeps events, or organizes this one; raise NoPlaceHeld."""
    check_permitted(caller, Permission.LIBRARY_READ)
    if not organizes(room, caller, event):
        raise NoPlaceHeld("organizer")


def held_place(room: EventTables, caller: Caller, event: Event) -> Place:
    """Return the place that the calling reader has taken at an event; raise NoPlaceHeld for none."""
    check_permitted(caller, Permission.EVENT_JOIN)
    mine = room.place_of(event.id, caller.subject)
    if mine is None or not mine.is_taken:
        raise NoPlaceHeld("none")
    return mine
