"""Places: who takes part in an event, in which role, and who waits for a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.errors import InvalidPlace, PlaceNotFound
from reading_room.events.rules.event import Event

ID_DIGITS = 32  # hex
OFFER_SECONDS = 24 * 3600  # for which a place that became free is kept for whoever is next
SHORTEST_OFFER_SECONDS = 600
NEVER_TOLD = -1
MOST_WAITING = 5000  # for one event
LONGEST_NAME = 80  # characters


class Role(StrEnum):
    """What somebody is to an event. Participants alone take its places; the desk gives the other roles."""

    PARTICIPANT = "participant"
    SPEAKER = "speaker"
    ORGANIZER = "organizer"
    REVIEWER = "reviewer"


class PlaceState(StrEnum):
    """Waiting in line, offered a place that became free, taken; left, or the offer ran out."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    LAPSED = "lapsed"


STANDING = (PlaceState.WAITING, PlaceState.OFFERED, PlaceState.TAKEN)
HOLDING = (PlaceState.OFFERED, PlaceState.TAKEN)
"""The states in which somebody holds a place that nobody else may have."""


@dataclass(frozen=True)
class Place:
    """A participant of an event. id: random, 32 hex, tells nothing of who it is.

    reader: None once they were erased, and name with it; serial: rises with who came later; held_until: of
    an offer, in seconds since 1970 UTC; name: as they gave it, sealed under the event's key; is_mailed:
    whether they asked for invitations by mail; mailed: the sequence of the event that they were mailed last,
    NEVER_MAILED for none.
    """

    id: str
    event: str
    role: Role
    state: PlaceState
    serial: int
    made_at: int
    changed_at: int
    reader: str | None
    name: bytes | None
    held_until: int | None = None
    is_mailed: bool = False
    told: int = NEVER_TOLD
    heard: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether they take part."""
        return self.state is PlaceState.TAKEN

    def changed(self, state: PlaceState, now: int, held_until: int | None = None) -> Place:
        """Return the place in another state since now."""
        return replace(self, state=state, changed_at=now, held_until=held_until)


def lapsed(offered: Sequence[Place], now: int) -> list[Place]:
    """Return those of these offered places whose offer ran out, as they are then."""
    return [one.changed(PlaceState.LAPSED, now) for one in offered if (one.held_until or 0) <= now]


def count_free(places: int, held: int, waiting: int) -> int:
    """Return to how many of those who wait a place is offered now. places: 0 for as many as come."""
    return waiting if places == 0 else min(waiting, max(0, places - held))


def offer_end(now: int, event: Event) -> int:
    """Return until when a place that is offered now is kept, in seconds since 1970 UTC.

    For a day, but not beyond the beginning; once that is near, ten minutes, so that no chair stays empty.
    """
    until = min(now + OFFER_SECONDS, max(event.begins_at, now + SHORTEST_OFFER_SECONDS))
    return min(until, event.ends_at)


def is_free(places: int, held: int, waiting: int) -> bool:
    """Return whether somebody who comes now gets a place at once: none of those who wait is passed."""
    return places == 0 or (not waiting and held < places)


def check_place_id(place_id: str) -> str:
    """Return the id of a place as it was given; raise PlaceNotFound for what can be none."""
    if len(place_id) != ID_DIGITS or not set(place_id) <= set("0123456789abcdef"):
        raise PlaceNotFound(name=place_id[:40])
    return place_id


def check_name(given: str) -> str:
    """Return the name that somebody gives, without blanks around it; raise InvalidPlace."""
    name = " ".join(given.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidPlace("name", most=LONGEST_NAME)
    return name
