"""What the verbs and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from reading_room.events.rules.event import Event, EventState
from reading_room.events.rules.place import Place, PlaceState, Role
from reading_room.events.rules.question import Question


class EventTables(Protocol):
    """Events, and the places of people there."""

    def add_event(self, event: Event) -> None:
        """Add an event with a new id."""

    def replace_event(self, event: Event) -> None:
        """Let the event with this id be so."""

    def find_event(self, event_id: str) -> Event | None:
        """Return the event with this id, None if there is none."""

    def events(
        self,
        states: Collection[EventState],
        since: int,
        until: int,
        limit: int,
        *,
        is_newest_first: bool = False,
    ) -> list[Event]:
        """Return events in these states that end within these times, ordered by their beginning.

        since, until: seconds since 1970 UTC; until is not among them.
        """

    def add_place(self, place: Place) -> Place:
        """Add a place with a new id, and return it with its serial, which is given here."""

    def replace_place(self, place: Place) -> None:
        """Let the place with this id be so; its serial stays."""

    def find_place(self, place_id: str) -> Place | None:
        """Return the place with this id, None if there is none."""

    def place_of(self, event_id: str, reader: str) -> Place | None:
        """Return the place of a reader at an event in whichever state, None if they never had one."""

    def places(
        self,
        event_id: str,
        states: Collection[PlaceState],
        role: Role | None = None,
        limit: int | None = None,
    ) -> list[Place]:
        """Return the places of an event in these states, of one role if it is given, by serial.

        limit: at most so many.
        """

    def remove_place(self, place_id: str) -> None:
        """Remove a place; whoever comes again gets a new serial."""

    def count_before(self, place: Place) -> int:
        """Return how many wait in line before this one."""

    def due_offers(self, now: int, limit: int) -> list[str]:
        """Return ids of events with offers that ran out, at most so many."""

    def behind(self, since: int, limit: int) -> list[Place]:
        """Return places whose readers are to be told how the event is by now, at most so many.

        Of events that end after this time, in seconds: those who take part and were not told of its sequence,
        or not of the last message; who waits, where it was canceled; and who left after they were told that
        they have a place. Those who want no mail come first.
        """

    def count(self, event_id: str) -> dict[tuple[Role, PlaceState], int]:
        """Return how many places of an event there are by role and state."""

    def places_of(self, reader: str) -> list[Place]:
        """Return all places of a reader, the newest first."""

    def events_named(self, ids: Sequence[str]) -> dict[str, Event]:
        """Return those of these events that there are, by id."""

    def forget_reader(self, reader: str) -> None:
        """Let a reader's places be nobody's, with the name; of events still to come they become free."""


class QuestionTables(Protocol):
    """Questions that participants ask, their votes, and messages to them; texts are sealed."""

    def add(self, question: Question) -> Question:
        """Add a question, and return it with its number, which is given here."""

    def replace(self, question: Question) -> None:
        """Let the question of this number be so."""

    def find(self, number: int) -> Question | None:
        """Return the question of this number, None if there is none."""

    def of(self, event_id: str) -> list[Question]:
        """Return the questions of an event, oldest first, with their votes."""

    def count_of(self, event_id: str, place: str | None = None) -> int:
        """Return how many questions an event has, of one place if it is given."""

    def add_vote(self, number: int, place: str) -> None:
        """Let this place have voted for the question; nothing happens if it has."""

    def remove_vote(self, number: int, place: str) -> None:
        """Take the vote back; nothing happens if there is none."""

    def voted(self, event_id: str, place: str) -> set[int]:
        """Return the numbers of the questions of an event for which this place voted."""

    def add_message(self, event_id: str, at: int, text: bytes) -> int:
        """Add a message to those who take part, and return its number."""

    def messages(self, event_id: str, limit: int) -> list[tuple[int, int, bytes]]:
        """Return number, time and sealed text of the newest messages, newest first, at most so many."""

    def of_places(self, places: Sequence[str]) -> list[Question]:
        """Return what these places asked, without votes, oldest first."""

    def forget(self, places: Sequence[str]) -> None:
        """Remove what these places asked, with the votes for it; their own votes stay, as nobody's."""
