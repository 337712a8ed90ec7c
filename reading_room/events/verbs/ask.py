"""Ask at an event, vote once for a question, answer it or hide it.

Texts are sealed under the event's key, and shown to those with a place and to who organizes it. Who asked is
shown to nobody, unless they asked to be named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import EventNotOpen, QuestionNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.content.seal_small import SmallKey
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.events.ports import EventTables
from reading_room.events.rules.event import Event, EventState
from reading_room.events.rules.place import Place
from reading_room.events.rules.question import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MOST_OF_EVENT,
    MOST_OF_PLACE,
    MOST_SHOWN,
    Question,
    QuestionState,
    check_text,
)
from reading_room.events.verbs.events import Tables, event_seen, key_of
from reading_room.events.verbs.places import (
    ANSWER,
    NAME,
    QUESTION,
    Questions,
    check_organizes,
    held_place,
    organizes,
)

Both = tuple[Tables, Questions]
"""The tables of events and those of questions."""


@dataclass(frozen=True)
class ShownQuestion:
    """A question as somebody sees it. by: the name of who asked to be named; else empty."""

    number: int
    at: int
    state: QuestionState
    text: str
    answer: str
    by: str
    votes: int
    is_own: bool
    is_voted: bool


def ask(
    library: Library, tables: Both, caller: Caller, event_id: str, text: str, *, is_named: bool
) -> int:
    """Ask something at an event, and return the question's number.

    Raises:
        EventNotFound; NoPlaceHeld: the caller has no place there. InvalidQuestion: no text, or too long.
        EventNotOpen: nothing is asked there any more, or the caller or all asked as much as it takes.
    """
    check_permitted(caller, Permission.EVENT_JOIN)
    plain = check_text(text, LONGEST_QUESTION)
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables[0]), caller, event_id)
    sealed = key_of(library, event).seal(plain.encode(), QUESTION)
    with library.store.write() as transaction:
        room, asked = transaction.room(tables[0]), transaction.room(tables[1])
        event, mine = _taking(room, caller, event_id)
        if asked.count_of(event.id, mine.id) >= MOST_OF_PLACE:
            raise EventNotOpen("asked", most=MOST_OF_PLACE)
        if asked.count_of(event.id) >= MOST_OF_EVENT:
            raise EventNotOpen("asked-by-all", most=MOST_OF_EVENT)
        now = library.clock()
        new = Question(0, event.id, mine.id, now, QuestionState.ASKED, is_named, sealed)
        return asked.add(new).number


def vote(
    library: Library, tables: Both, caller: Caller, event_id: str, number: int, *, is_for: bool
) -> None:
    """Vote for a question, or take the vote back; as often as it is done, it counts once.

    Raises:
        EventNotFound, NoPlaceHeld, EventNotOpen: as `ask`. QuestionNotFound: it is not there, or hidden.
    """
    check_permitted(caller, Permission.EVENT_JOIN)
    with library.store.write() as transaction:
        room, asked = transaction.room(tables[0]), transaction.room(tables[1])
        event, mine = _taking(room, caller, event_id)
        found = asked.find(number)
        if found is None or found.event != event.id or found.state is QuestionState.HIDDEN:
            raise QuestionNotFound(number=number)
        if is_for:
            asked.add_vote(number, mine.id)
        else:
            asked.remove_vote(number, mine.id)


def moderate(
    library: Library,
    tables: Both,
    caller: Caller,
    event_id: str,
    number: int,
    state: QuestionState,
    answer: str = "",
) -> None:
    """Answer a question, with words or without, hide it, or show it as one that was asked.

    For the desk, and for those who organize the event.

    Raises:
        EventNotFound, NoPlaceHeld, QuestionNotFound; InvalidQuestion: the answer is too long.
    """
    reader = caller.actor is Actor.READER
    check_permitted(caller, Permission.EVENT_JOIN if reader else Permission.EVENT_KEEP)
    plain = check_text(answer, LONGEST_ANSWER) if answer.strip() else ""
    with library.store.read() as transaction:
        event = event_seen(transaction.room(tables[0]), caller, event_id)
    sealed = key_of(library, event).seal(plain.encode(), ANSWER) if plain else None
    with library.store.write() as transaction:
        room, asked = transaction.room(tables[0]), transaction.room(tables[1])
        check_organizes(room, caller, event)
        found = asked.find(number)
        if found is None or found.event != event.id:
            raise QuestionNotFound(number=number)
        asked.replace(replace(found, state=state, answer=sealed or found.answer))
        record_act(transaction, caller, library.clock(), ActKind.EVENT_MODERATED, event.id)


def list_questions(
    library: Library, tables: Both, caller: Caller, event_id: str
) -> list[ShownQuestion]:
    """Return what was asked, at most MOST_SHOWN: those with the most votes first, what was answered last.

    For those with a place, and for who organizes the event, who also sees what is hidden.

    Raises:
        EventNotFound, NoPlaceHeld.
    """
    check_permitted(caller, Permission.LIBRARY_READ)
    with library.store.read() as transaction:
        room, asked = transaction.room(tables[0]), transaction.room(tables[1])
        event = event_seen(room, caller, event_id)
        sees_all = organizes(room, caller, event)
        mine = room.place_of(event.id, caller.subject) if caller.actor is Actor.READER else None
        if not sees_all:
            mine = held_place(room, caller, event)
        order = list(QuestionState)
        found = sorted(
            (one for one in asked.of(event.id) if sees_all or one.state is not order[-1]),
            key=lambda one: (order.index(one.state), -one.votes, one.number),
        )[:MOST_SHOWN]
        voted = set() if mine is None else asked.voted(event.id, mine.id)
        named = {one.place: room.find_place(one.place) for one in found if one.is_named}
    key = key_of(library, event)
    return [_shown(key, one, mine, named.get(one.place), one.number in voted) for one in found]


def _taking(room: EventTables, caller: Caller, event_id: str) -> tuple[Event, Place]:
    """Return an event at which it may be asked, and the caller's place there."""
    event = event_seen(room, caller, event_id)
    mine = held_place(room, caller, event)
    if event.state not in (EventState.ANNOUNCED, EventState.HELD):
        raise EventNotOpen("over")
    return event, mine


def _shown(
    key: SmallKey, one: Question, mine: Place | None, asker: Place | None, is_voted: bool
) -> ShownQuestion:
    """Return a question as it is shown. asker: who wants to be named; None for nobody."""
    name = None if asker is None else asker.name
    return ShownQuestion(
        number=one.number,
        at=one.at,
        state=one.state,
        text=key.open(one.text, QUESTION).decode(),
        answer="" if one.answer is None else key.open(one.answer, ANSWER).decode(),
        by="" if name is None else key.open(name, NAME).decode(),
        votes=one.votes,
        is_own=mine is not None and one.place == mine.id,
        is_voted=is_voted,
    )
