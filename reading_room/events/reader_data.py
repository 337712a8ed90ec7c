"""What the room knows of a reader: their places at events, the names that they gave, what they asked,
and when they were seen there, until the attendance is attested.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.events.attendance.sql import SqlAttendance
from reading_room.events.sql import SqlEvents
from reading_room.events.sql.questions import SqlQuestions
from reading_room.events.verbs.events import key_of
from reading_room.events.verbs.places import NAME, QUESTION


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return a reader's places, newest first; nothing if they never had one."""
    with library.store.read() as transaction:
        room = transaction.room(SqlEvents)
        places = room.places_of(reader)
        events = room.events_named([one.event for one in places])
        questions = transaction.room(SqlQuestions).of_places([one.id for one in places])
        seen = [
            sighting
            for name in events
            for sighting in transaction.room(SqlAttendance).sightings(name)
        ]
    told = []
    for one in places:
        event = events[one.event]
        key = key_of(library, event)
        name = "" if one.name is None else key.open(one.name, NAME).decode()
        asked = [
            key.open(each.text, QUESTION).decode() for each in questions if each.place == one.id
        ]
        told.append(
            {
                "event": one.event,
                "title": event.told.title,
                "role": one.role.value,
                "state": one.state.value,
                "name": name,
                "since": one.made_at,
                "questions": asked,
                "seen_at": sorted(at for place, at in seen if place == one.id),
            }
        )
    return {"places": told} if told else {}


def erase(transaction: Transaction, reader: str) -> None:
    """Let a reader's places be nobody's: counts of what was held stay; name and questions are gone."""
    room = transaction.room(SqlEvents)
    transaction.room(SqlQuestions).forget([one.id for one in room.places_of(reader)])
    for one in room.places_of(reader):
        transaction.room(SqlAttendance).forget_device(one.id)
    room.forget_reader(reader)
