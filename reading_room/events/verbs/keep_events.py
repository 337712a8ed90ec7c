"""Make and change events at the desk, announce them, close them, give roles, and write to who takes part."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from ledger_service.domain.errors import EventNotOpen, InvalidEvent, PlaceNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import new_small_key
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.events.rules.event import (
    LONGEST_ROOM,
    STEPS,
    Event,
    EventForm,
    EventState,
    check_event,
    key_bound_to,
)
from reading_room.events.rules.place import Place, PlaceState, Role, check_place_id
from reading_room.events.rules.question import LONGEST_MESSAGE, MOST_MESSAGES, check_text
from reading_room.events.verbs.events import Tables, event_seen, key_of
from reading_room.events.verbs.places import MESSAGE, Questions, check_organizes
from reading_room.events.verbs.take_place import advance, has_free_place

ROOM = "room of an event"
ID_BYTES = 8
ACTS = {
    EventState.ANNOUNCED: ActKind.EVENT_ANNOUNCED,
    EventState.HELD: ActKind.EVENT_HELD,
    EventState.CANCELED: ActKind.EVENT_CALLED_OFF,
}


def make_event(library: Library, tables: Tables, caller: Caller, form: EventForm) -> Event:
    """Return a new event, a draft; raise InvalidEvent."""
    check_permitted(caller, Permission.EVENT_KEEP)
    now, name = library.clock(), secrets.token_hex(ID_BYTES)
    bound_to = key_bound_to(library.key.name, name)
    blank = Event(
        id=name,
        kind=form.kind,
        state=EventState.DRAFT,
        told=form.told,
        begins_at=form.begins_at,
        ends_at=form.ends_at,
        places=form.places,
        made_at=now,
        changed_at=now,
        wrapped_key=new_small_key(library.keeper, bound_to),
    )
    event = _with_room(library, blank, form)
    with library.store.write() as transaction:
        _check(library, transaction, event)
        transaction.room(tables).add_event(event)
        record_act(transaction, caller, now, ActKind.EVENT_MADE, event.id)
    return event


def change_event(
    library: Library, tables: Tables, caller: Caller, event_id: str, form: EventForm
) -> Event:
    """Return the event as it is told now. Where what a calendar holds changed, its sequence rises.

    Raises:
        EventNotFound; InvalidEvent. EventNotOpen: it was canceled.
    """
    check_permitted(caller, Permission.EVENT_KEEP)
    with library.store.read() as transaction:
        before = event_seen(transaction.room(tables), caller, event_id)
    changed = _with_room(library, before, form)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        standing = event_seen(room, caller, event_id)
        if standing.state is EventState.CANCELED:
            raise EventNotOpen("canceled")
        rises = standing.state is EventState.ANNOUNCED and _in_calendar(changed) != _in_calendar(
            standing
        )
        event = replace(
            changed,
            state=standing.state,
            sequence=standing.sequence + rises,
            changed_at=now,
        )
        _check(library, transaction, event)
        room.replace_event(event)
        advance(transaction, room, event, now)
        record_act(transaction, caller, now, ActKind.EVENT_MENDED, event.id)
    return event


def step_event(
    library: Library, tables: Tables, caller: Caller, event_id: str, state: EventState
) -> Event:
    """Announce an event, or let it be held or canceled; once more is no fault.

    Raises:
        EventNotFound. EventNotOpen: it cannot become that.
    """
    check_permitted(caller, Permission.EVENT_KEEP)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        before = event_seen(room, caller, event_id)
        if before.state is state:
            return before
        if state not in STEPS[before.state]:
            raise EventNotOpen("step", state=before.state.value)
        if state is EventState.HELD and now < before.begins_at:
            raise EventNotOpen("not-begun")
        rises = state is EventState.CANCELED
        event = replace(before, state=state, sequence=before.sequence + rises, changed_at=now)
        room.replace_event(event)
        record_act(transaction, caller, now, ACTS[state], event.id)
    return event


def give_role(library: Library, tables: Tables, caller: Caller, place_id: str, role: Role) -> Place:
    """Let whoever has or waits for a place take part in another role; only participants take places.

    Raises:
        PlaceNotFound: there is none that stands. EventNotOpen: it is over, or no participant's place is free.
    """
    check_permitted(caller, Permission.EVENT_KEEP)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        place = room.find_place(check_place_id(place_id))
        standing = (PlaceState.WAITING, PlaceState.OFFERED, PlaceState.TAKEN)
        if place is None or place.reader is None or place.state not in standing:
            raise PlaceNotFound(name=place_id)
        event = event_seen(room, caller, place.event)
        if not event.takes_people(now):
            raise EventNotOpen("over")
        if place.role is role:
            return place
        if role is Role.PARTICIPANT and not has_free_place(room, event):
            raise EventNotOpen("full", most=event.places)
        given = replace(place.changed(PlaceState.TAKEN, now), role=role)
        room.replace_place(given)
        advance(transaction, room, event, now)
        record_act(transaction, caller, now, ActKind.EVENT_ROLE_GIVEN, event.id)
    return given


def tell_participants(
    library: Library, tables: tuple[Tables, Questions], caller: Caller, event_id: str, text: str
) -> int:
    """Write to all who take part, and return the message's number: they are told that there is one.

    For the desk, and for those who organize the event.

    Raises:
        EventNotFound, NoPlaceHeld; InvalidQuestion: nothing is written, or too much.
        EventNotOpen: it is a draft, or there are as many messages as it takes.
    """
    permission = Permission.EVENT_JOIN if caller.actor is Actor.READER else Permission.EVENT_KEEP
    check_permitted(caller, permission)
    plain = check_text(text, LONGEST_MESSAGE)
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables[0]), caller, event_id)
    sealed = key_of(library, event).seal(plain.encode(), MESSAGE)
    with library.store.write() as transaction:
        room, now = transaction.room(tables[0]), library.clock()
        event = event_seen(room, caller, event_id)
        check_organizes(room, caller, event)
        if not event.is_public:
            raise EventNotOpen("step", state=event.state.value)
        messages = transaction.room(tables[1])
        if len(messages.messages(event.id, MOST_MESSAGES)) >= MOST_MESSAGES:
            raise EventNotOpen("messages", most=MOST_MESSAGES)
        number = messages.add_message(event.id, now, sealed)
        record_act(transaction, caller, now, ActKind.EVENT_TOLD, event.id)
    return number


def room_names(library: Library) -> list[str]:
    """Return the names of the rooms' templates that the operator set."""
    return [name for name, _ in library.limits.event_rooms]


def _with_room(library: Library, event: Event, form: EventForm) -> Event:
    """Return the event as the form tells it, with the name of its room sealed."""
    told = replace(
        event,
        kind=form.kind,
        told=form.told,
        begins_at=form.begins_at,
        ends_at=form.ends_at,
        places=form.places,
        room=form.room,
        room_minutes=form.room_minutes,
    )
    check_event(told)
    if not form.room:
        return replace(told, room_name=None)
    if form.room not in room_names(library):
        raise InvalidEvent("room", rooms=", ".join(room_names(library)))
    name = form.room_name
    if len(name) > LONGEST_ROOM or not all(one.isalnum() or one in "-_." for one in name):
        raise InvalidEvent("room-name", most=LONGEST_ROOM)
    if not name and event.room == form.room and event.room_name is not None:
        return replace(told, room_name=event.room_name)
    drawn = name or f"{event.id}-{secrets.token_hex(8)}"
    return replace(told, room_name=key_of(library, event).seal(drawn.encode(), ROOM))


def _in_calendar(event: Event) -> tuple[object, ...]:
    """Return what a calendar holds of an event."""
    told = event.told
    return (event.begins_at, event.ends_at, told.title, told.about, told.venue, event.kind)


def _check(library: Library, transaction: Transaction, event: Event) -> None:
    """Check that the library has registered each material of an event; raise InvalidEvent."""
    find: Callable[..., object] = transaction.registrations.find
    for one in event.told.materials:
        if find(one.digest, library.steward) is None:
            raise InvalidEvent("material", digest=one.digest.hex())
