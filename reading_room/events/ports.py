"""What the verbs and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from reading_room.events.rules.event import Event, EventState
from reading_room.events.rules.place import Place, PlaceState, Role


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
        self, event_id: str, states: Collection[PlaceState], role: Role | None = None
    ) -> list[Place]:
        """Return the places of an event in these states, of one role if it is given, by serial."""

    def count(self, event_id: str) -> dict[tuple[Role, PlaceState], int]:
        """Return how many places of an event there are by role and state."""

    def places_of(self, reader: str) -> list[Place]:
        """Return all places of a reader, the newest first."""

    def events_named(self, ids: Sequence[str]) -> dict[str, Event]:
        """Return those of these events that there are, by id."""

    def forget_reader(self, reader: str) -> None:
        """Let a reader's places be nobody's, with the name; of events still to come they become free."""
