"""Let events go on by themselves: offers lapse, what is over was held, and who takes part is told of changes.

The worker does it. Whoever is told reads it among their notices; whoever asked for it is mailed what their
calendar takes in. A mail may come twice if a process is killed amid it, and says the same; a notice does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ledger_service.ports.publication import Letter, Receiver
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell
from ledger_service.services.people.notices.told import ways_of
from reading_room.events.rules.calendar import Invited, Method, write_invitation
from reading_room.events.rules.calendar import Library as Writer
from reading_room.events.rules.event import DAY_SECONDS, Event, EventState
from reading_room.events.rules.place import NEVER_TOLD, Place, PlaceState
from reading_room.events.verbs.events import Tables, key_of
from reading_room.events.verbs.places import NAME, Questions
from reading_room.events.verbs.take_place import advance

EVENTS_A_BATCH = 50
PLACES_A_BATCH = 50

Stops = Callable[[], bool]
Both = tuple[Tables, Questions]


class _News(NamedTuple):
    """A place whose reader is told something. newest: the number of the last message at the event."""

    place: Place
    event: Event
    newest: int
    letter: Letter | None = None


def close_events(library: Library, tables: Tables) -> None:
    """Let offers that ran out lapse, so that who is next is offered the place, and what is over be held."""
    now = library.clock()
    with library.store.read() as transaction:
        room = transaction.room(tables)
        due = room.due_offers(now, EVENTS_A_BATCH)
        over = room.events((EventState.ANNOUNCED,), 0, now + 1, EVENTS_A_BATCH)
    if not due and not over:
        return
    with library.store.write() as transaction:
        room = transaction.room(tables)
        for event in room.events_named(due).values():
            advance(transaction, room, event, now)
        for event in room.events((EventState.ANNOUNCED,), 0, now + 1, EVENTS_A_BATCH):
            room.replace_event(replace(event, state=EventState.HELD, changed_at=now))


def tell_readers(library: Library, tables: Both, stops: Stops) -> bool:
    """Tell some of those who are to be told; return whether there may be more.

    Raises:
        MailUnavailable: the server takes none; those without mail were told.
    """
    with library.store.read() as transaction:
        news = _behind(library, transaction, tables)
    plain = [one for one in news if one.letter is None]
    _told(library, tables[0], plain)
    mailed = [one for one in news if one.letter is not None]
    if mailed and not stops() and library.mailer is not None:
        library.mailer.send_letters([one.letter for one in mailed if one.letter is not None])
        _told(library, tables[0], mailed)
    return len(news) == PLACES_A_BATCH


def writer_of(library: Library) -> Writer:
    """Return as whom the library writes calendars."""
    origin = library.key.name
    organizer = "" if library.mailer is None else library.mailer.sender
    return Writer(origin.partition("/")[0], library.public_url, origin, organizer)


def _behind(library: Library, transaction: Transaction, tables: Both) -> list[_News]:
    room = transaction.room(tables[0])
    places = room.behind(library.clock() - DAY_SECONDS, PLACES_A_BATCH)
    events = room.events_named([one.event for one in places])
    newest = {name: _newest(transaction, tables, name) for name in events}
    found = []
    for place in places:
        event = events[place.event]
        letter = _letter(library, transaction, place, event)
        found.append(_News(place, event, newest[event.id], letter))
    return found


def _newest(transaction: Transaction, tables: Both, event_id: str) -> int:
    return max((one[0] for one in transaction.room(tables[1]).messages(event_id, 1)), default=0)


def _letter(
    library: Library, transaction: Transaction, place: Place, event: Event
) -> Letter | None:
    """Return what is mailed to a participant of it; None where nothing is, or nobody asked for it."""
    is_off = event.state is EventState.CANCELED or not place.is_taken
    if place.told >= event.sequence and place.is_taken:
        return None  # there is a message alone
    if not place.is_mailed or (is_off and place.told == NEVER_TOLD):
        return None
    reader_key = transaction.access.reader_key(place.reader or "")
    if library.mailer is None or reader_key is None or place.name is None:
        return None
    ways = ways_of(transaction, reader_key)
    if not ways.mail:
        return None
    name = key_of(library, event).open(place.name, NAME).decode()
    method = Method.CANCEL if is_off else Method.REQUEST
    written = write_invitation(event, writer_of(library), Invited(ways.mail, name), method)
    link = f"{library.public_url}/events/{event.id}"
    receiver = Receiver(ways.mail, ways.language)
    return Letter(receiver, method.value, event.told.title, link, written)


def _told(library: Library, tables: Tables, news: Sequence[_News]) -> None:
    """Tell these readers by notices, and note that they were told; whose place changed comes again."""
    if not news:
        return
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        for one in news:
            standing = room.find_place(one.place.id)
            if standing == one.place and standing.reader is not None:
                for kind in _kinds(one):
                    tell(transaction, standing.reader, kind, one.event.id, now)
                room.replace_place(_after(one))


def _kinds(one: _News) -> list[NoticeKind]:
    """Return what a reader is told by notices: nothing of a place that they have just taken or left."""
    if one.place.state is PlaceState.LEFT:
        return []
    kinds = []
    if one.place.told < one.event.sequence:
        if one.event.state is EventState.CANCELED:
            kinds.append(NoticeKind.EVENT_CANCELED)
        elif one.place.told != NEVER_TOLD:
            kinds.append(NoticeKind.EVENT_CHANGED)
    if one.place.is_taken and one.place.heard < one.newest:
        kinds.append(NoticeKind.EVENT_MESSAGE)
    return kinds


def _after(one: _News) -> Place:
    if one.place.state is PlaceState.LEFT:
        return replace(one.place, told=NEVER_TOLD)
    return replace(one.place, told=one.event.sequence, heard=max(one.newest, one.place.heard))
