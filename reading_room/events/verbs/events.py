"""Find events: what is announced is seen by everybody, drafts by the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ledger_service.domain.errors import EventNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import WHATEVER, Permission, check_permitted, sees
from ledger_service.services.content.seal_small import SmallKey, open_small_key
from ledger_service.services.library import Library
from reading_room.events.ports import EventTables
from reading_room.events.rules.event import (
    LATEST,
    LONGEST_EVENT_SECONDS,
    PUBLIC_STATES,
    Event,
    EventState,
    check_event_id,
    key_bound_to,
)
from reading_room.events.rules.place import PlaceState, Role

Tables = Callable[[Any], EventTables]
"""Makes the room's tables of a connection."""
MOST_LISTED = 200
LONGEST_LATEST = LATEST + LONGEST_EVENT_SECONDS
Counts = dict[tuple[Role, PlaceState], int]


class CountedEvent(NamedTuple):
    """An event, and how many places of it there are by role and state: nobody's name."""

    event: Event
    counts: Counts

    @property
    def free(self) -> int | None:
        """How many places are left for participants; None for as many as come."""
        if self.event.places == 0:
            return None
        held = (PlaceState.TAKEN, PlaceState.OFFERED, PlaceState.WAITING)
        return max(
            0,
            self.event.places - sum(self.counts.get((Role.PARTICIPANT, one), 0) for one in held),
        )

    @property
    def waiting(self) -> int:
        """How many wait in line."""
        return self.counts.get((Role.PARTICIPANT, PlaceState.WAITING), 0)

    @property
    def taken(self) -> dict[Role, int]:
        """How many take part in each role that somebody has."""
        taken = {role: self.counts.get((role, PlaceState.TAKEN), 0) for role in Role}
        return {role: count for role, count in taken.items() if count}


def find_event(library: Library, tables: Tables, caller: Caller, event_id: str) -> CountedEvent:
    """Return an event with its counts; raise EventNotFound, for a draft too where the caller is no desk."""
    check_permitted(caller, Permission.LIBRARY_READ)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        return CountedEvent(event_seen(room, caller, event_id), room.count(event_id))


def find_announced(library: Library, tables: Tables, event_id: str) -> CountedEvent:
    """Return an event that everybody may see; raise EventNotFound."""
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = room.find_event(check_event_id(event_id))
        if found is None or not found.is_public:
            raise EventNotFound(name=event_id)
        return CountedEvent(found, room.count(found.id))


def list_events(library: Library, tables: Tables, *, is_over: bool = False) -> list[CountedEvent]:
    """Return what is announced and not over, the next first; or what is over, the latest first.

    At most MOST_LISTED; an event that was canceled is among both until its time is over.
    """
    now = library.clock()
    since, until = (0, now + 1) if is_over else (now + 1, LONGEST_LATEST)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = room.events(PUBLIC_STATES, since, until, MOST_LISTED, is_newest_first=is_over)
        return [CountedEvent(one, room.count(one.id)) for one in found]


def list_all(library: Library, tables: Tables, caller: Caller) -> list[CountedEvent]:
    """Return all events, drafts too, at most MOST_LISTED, the latest first."""
    check_permitted(caller, Permission.EVENT_KEEP)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = room.events(tuple(EventState), 0, LONGEST_LATEST, MOST_LISTED, is_newest_first=True)
        return [CountedEvent(one, room.count(one.id)) for one in found]


def event_seen(room: EventTables, caller: Caller, event_id: str) -> Event:
    """Return an event that this caller may see, inside a transaction; raise EventNotFound."""
    found = room.find_event(check_event_id(event_id))
    if found is None or not (found.is_public or sees(caller, Permission.EVENT_KEEP, WHATEVER)):
        raise EventNotFound(name=event_id)
    return found


def key_of(library: Library, event: Event) -> SmallKey:
    """Return the key under which names, questions and messages of an event are sealed.

    Raises ContentKeyUnavailable, ContentKeyWrong.
    """
    bound_to = key_bound_to(library.key.name, event.id)
    return open_small_key(library.keeper, event.wrapped_key, bound_to)
