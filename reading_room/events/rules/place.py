"""Places: who takes part in an event, in which role, and who waits for a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.errors import PlaceNotFound

ID_DIGITS = 32  # hex
OFFER_SECONDS = 24 * 3600  # for which a place that became free is kept for whoever is next
SHORTEST_OFFER_SECONDS = 600
NEVER_MAILED = -1


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
    mailed: int = NEVER_MAILED

    @property
    def is_taken(self) -> bool:
        """Whether they take part."""
        return self.state is PlaceState.TAKEN

    def changed(self, state: PlaceState, now: int, held_until: int | None = None) -> Place:
        """Return the place in another state since now."""
        return replace(self, state=state, changed_at=now, held_until=held_until)


def next_steps(
    line: Sequence[Place], places: int, now: int, begins_at: int, ends_at: int
) -> list[Place]:
    """Return what becomes of participants' places now, each as it is then.

    line: those of participants that stand, by serial. An offer that ran out lapses; each place that is free
    then is offered to whoever waits longest. An offer lasts a day, but ends when the event begins; once
    it has begun, ten minutes, so that an empty chair is not kept.
    """
    steps = [
        one.changed(PlaceState.LAPSED, now)
        for one in line
        if one.state is PlaceState.OFFERED and (one.held_until or 0) <= now
    ]
    gone = {one.id for one in steps}
    held = sum(one.state in HOLDING and one.id not in gone for one in line)
    waiting = [one for one in line if one.state is PlaceState.WAITING]
    free = len(waiting) if places == 0 else max(0, places - held)
    until = offer_end(now, begins_at, ends_at)
    if until > now:
        steps += [one.changed(PlaceState.OFFERED, now, until) for one in waiting[:free]]
    return steps


def offer_end(now: int, begins_at: int, ends_at: int) -> int:
    """Return until when a place that is offered now is kept, in seconds since 1970 UTC."""
    until = min(now + OFFER_SECONDS, max(begins_at, now + SHORTEST_OFFER_SECONDS))
    return min(until, ends_at)


def is_free(line: Sequence[Place], places: int) -> bool:
    """Return whether somebody who comes now gets a place at once: none of those who wait is passed."""
    waits = any(one.state is PlaceState.WAITING for one in line)
    return places == 0 or (not waits and sum(one.state in HOLDING for one in line) < places)


def place_in_line(line: Iterable[Place], mine: Place) -> int:
    """Return which place in line somebody has who waits: 1 is next."""
    return 1 + sum(one.state is PlaceState.WAITING and one.serial < mine.serial for one in line)


def check_place_id(place_id: str) -> str:
    """Return the id of a place as it was given; raise PlaceNotFound for what can be none."""
    if len(place_id) != ID_DIGITS or not set(place_id) <= set("0123456789abcdef"):
        raise PlaceNotFound(name=place_id[:40])
    return place_id
