"""What the worker does for events: it lets offers lapse, and tells who takes part of what changed."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.events.sql import SqlEvents
from reading_room.events.sql.questions import SqlQuestions
from reading_room.events.verbs.follow import close_events, tell_readers

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due; return soon if told."""
    close_events(library, SqlEvents)
    while not stops() and tell_readers(library, (SqlEvents, SqlQuestions), stops):
        pass
