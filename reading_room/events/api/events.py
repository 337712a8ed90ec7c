"""Routes of events: what everybody is told of them, and the caller's own place. Nobody else's is told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs
from ledger_service.domain.errors import PlaceNotFound
from ledger_service.domain.people.permission import Permission
from reading_room.events.rules.place import LONGEST_NAME, Place
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import CountedEvent, find_announced, list_events
from reading_room.events.verbs.places import count_before, own_place
from reading_room.events.verbs.take_place import leave_place, take_place

router = APIRouter(prefix="/events", route_class=JsonRoute, tags=["events"])
READ, JOIN = needs(Permission.LIBRARY_READ), needs(Permission.EVENT_JOIN)


class SpeakerShape(Shape):
    """Who speaks, as it is announced."""

    name: str
    of: str


class ProgramItemShape(Shape):
    """at: seconds since 1970 UTC."""

    at: int
    text: str
    by: str


class MaterialShape(Shape):
    """until: seconds since 1970 UTC until when those with a place may be given it; 0: not at all."""

    digest: str
    kind: str
    until: int


class EventShape(Shape):
    """begins_at, ends_at: seconds since 1970 UTC. places, free: for participants, None for as many as come.

    waiting: how many stand in line; taking_part: how many by role. sequence: as in calendars.
    """

    id: str
    kind: str
    state: str
    title: str
    about: str
    language: str
    venue: str
    is_online: bool
    begins_at: int
    ends_at: int
    sequence: int
    places: int | None
    free: int | None
    waiting: int
    taking_part: dict[str, int]
    speakers: list[SpeakerShape]
    program: list[ProgramItemShape]
    materials: list[MaterialShape]

    @classmethod
    def of(cls, counted: CountedEvent) -> EventShape:
        event, told = counted.event, counted.event.told
        return cls(
            id=event.id,
            kind=event.kind.value,
            state=event.state.value,
            title=told.title,
            about=told.about,
            language=told.language,
            venue=told.venue,
            is_online=bool(event.room),
            begins_at=event.begins_at,
            ends_at=event.ends_at,
            sequence=event.sequence,
            places=event.places or None,
            free=counted.free,
            waiting=counted.waiting,
            taking_part={role.value: count for role, count in counted.taken.items()},
            speakers=[SpeakerShape(name=one.name, of=one.of) for one in told.speakers],
            program=[ProgramItemShape(at=one.at, text=one.text, by=one.by) for one in told.program],
            materials=[
                MaterialShape(digest=one.digest.hex(), kind=one.kind.value, until=one.until)
                for one in told.materials
            ],
        )


class EventsShape(Shape):
    """At most 200 events."""

    items: list[EventShape]


class PlaceShape(Shape):
    """The caller's own place. before: how many wait before them, if they wait; held_until: of an offer."""

    id: str
    role: str
    state: str
    since: int
    before: int
    held_until: int | None

    @classmethod
    def of(cls, place: Place, before: int) -> PlaceShape:
        return cls(
            id=place.id,
            role=place.role.value,
            state=place.state.value,
            since=place.changed_at,
            before=before,
            held_until=place.held_until,
        )


class WantedPlace(Shape):
    """name: for the organizers; mail: whether invitations are mailed to the address given for news."""

    name: Annotated[str, Field(min_length=1, max_length=4 * LONGEST_NAME)]
    mail: bool = False


@router.get("/announced", openapi_extra=READ)
def events(
    library: InLibrary,
    over: Annotated[bool, Query(description="what is over, the latest first")] = False,
) -> EventsShape:
    """List what is announced and not over, the next first."""
    found = list_events(library, SqlEvents, is_over=over)
    return EventsShape(items=[EventShape.of(one) for one in found])


@router.get("/{event}", openapi_extra=READ)
def event(library: InLibrary, event: str) -> EventShape:
    """Return an event that is announced."""
    return EventShape.of(find_announced(library, SqlEvents, event))


@router.get("/{event}/place", openapi_extra=JOIN)
def place(library: InLibrary, caller: InCaller, event: str) -> PlaceShape:
    """Return the caller's own place, in whichever state."""
    found = own_place(library, SqlEvents, caller, event)
    if found is None:
        raise PlaceNotFound(name=event[:40])
    return _shown(library, caller, found)


@router.put("/{event}/place", openapi_extra=JOIN)
def take(library: InLibrary, caller: InCaller, event: str, wanted: WantedPlace) -> PlaceShape:
    """Take a place, or wait in line for one; who is offered one takes it. The same again changes nothing."""
    taken = take_place(library, SqlEvents, caller, event, wanted.name, is_mailed=wanted.mail)
    return _shown(library, caller, taken)


@router.delete("/{event}/place", openapi_extra=JOIN)
def leave(library: InLibrary, caller: InCaller, event: str) -> PlaceShape:
    """Give the place back, or leave the line."""
    return _shown(library, caller, leave_place(library, SqlEvents, caller, event))


def _shown(library: InLibrary, caller: InCaller, found: Place) -> PlaceShape:
    return PlaceShape.of(found, count_before(library, SqlEvents, caller, found))
