"""What a person is shown of an event: materials and their state, their own place, the way to the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import ContentKeyWrong, SealBroken
from ledger_service.domain.event_rooms import address_of
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.library import Library
from reading_room.events.rules.event import Event, Material
from reading_room.events.rules.place import STANDING, Place, PlaceState
from reading_room.events.verbs.events import CountedEvent, Tables, event_seen, key_of
from reading_room.events.verbs.keep_events import ROOM
from reading_room.events.verbs.places import MESSAGE, Questions, organizes

MOST_MESSAGES_SHOWN = 20


@dataclass(frozen=True)
class ShownMaterial:
    """A material, and the library's registration of it; None if it is gone."""

    material: Material
    registration: Registration | None


@dataclass(frozen=True)
class OwnView:
    """What one person sees of an event.

    place: theirs, None for none that stands or was offered; before: how many wait before them; room: the
    address of the room, None unless it is open to them now; messages: (time, text), newest first.
    """

    counted: CountedEvent
    materials: Sequence[ShownMaterial]
    place: Place | None
    before: int
    room: str | None
    messages: Sequence[tuple[int, str]]
    organizes: bool
    may_join: bool


def show_event(
    library: Library, tables: tuple[Tables, Questions], caller: Caller, event_id: str
) -> OwnView:
    """Return what this caller sees of an event; raise EventNotFound."""
    check_permitted(caller, Permission.LIBRARY_READ)
    is_reader, now = caller.actor is Actor.READER, library.clock()
    with library.store.read() as transaction:
        room = transaction.room(tables[0])
        event = event_seen(room, caller, event_id)
        counted = CountedEvent(event, room.count(event.id))
        mine = room.place_of(event.id, caller.subject) if is_reader else None
        does_organize = organizes(room, caller, event)
        sees = does_organize or (mine is not None and mine.is_taken)
        kept = transaction.room(tables[1]).messages(event.id, MOST_MESSAGES_SHOWN) if sees else []
        before = room.count_before(mine) if mine and mine.state is PlaceState.WAITING else 0
        find = transaction.registrations.find
        materials = [
            ShownMaterial(one, find(one.digest, library.steward)) for one in event.told.materials
        ]
    key = key_of(library, event) if kept else None
    return OwnView(
        counted,
        materials,
        mine if mine is not None and mine.state in (*STANDING, PlaceState.LAPSED) else None,
        before,
        _room(library, event) if sees and event.shows_room(now) else None,
        [(at, key.open(text, MESSAGE).decode()) for _, at, text in kept] if key else [],
        does_organize,
        is_reader and event.takes_people(now),
    )


def _room(library: Library, event: Event) -> str | None:
    """Return the address of an event's room; None if its template or its name cannot be had."""
    if event.room_name is None:
        return None
    try:
        name = key_of(library, event).open(event.room_name, ROOM).decode()
    except (SealBroken, ContentKeyWrong):
        return None
    return address_of(library.limits.event_rooms, event.room, name)
