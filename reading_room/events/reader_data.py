"""What the room knows of a reader: their places at events, and the names that they gave there."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import key_of
from reading_room.events.verbs.places import NAME


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return a reader's places, newest first; nothing if they never had one."""
    with library.store.read() as transaction:
        room = transaction.room(SqlEvents)
        places = room.places_of(reader)
        events = room.events_named([one.event for one in places])
    told = []
    for one in places:
        event = events[one.event]
        name = "" if one.name is None else key_of(library, event).open(one.name, NAME).decode()
        told.append(
            {
                "event": one.event,
                "title": event.told.title,
                "role": one.role.value,
                "state": one.state.value,
                "name": name,
                "since": one.made_at,
            }
        )
    return {"places": told} if told else {}


def erase(transaction: Transaction, reader: str) -> None:
    """Let a reader's places be nobody's: counts of what was held stay, the name is gone."""
    transaction.room(SqlEvents).forget_reader(reader)
