"""Events: a seminar, a defense or a conference, with all that is told of it to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.errors import EventNotFound, InvalidEvent
from ledger_service.domain.identifiers import Digest

ID_DIGITS = 16  # hex
MINUTE_SECONDS = 60
DAY_SECONDS = 86_400
LONGEST_TITLE = 200  # characters, and so in the next four
LONGEST_ABOUT = 8000
LONGEST_VENUE = 200
LONGEST_NAME = 120
LONGEST_LINE = 300
MOST_SPEAKERS = 100
MOST_ITEMS = 300  # of a program
MOST_MATERIALS = 100
MOST_PLACES = 10_000
LONGEST_EVENT_SECONDS = 31 * DAY_SECONDS
EARLIEST = 946_684_800  # the year 2000
LATEST = 4_102_444_800  # the year 2100
MOST_ROOM_MINUTES = 24 * 60
LONGEST_ROOM = 80  # characters


class EventKind(StrEnum):
    """What is held."""

    SEMINAR = "seminar"
    LECTURE = "lecture"
    DEFENSE = "defense"
    CONFERENCE = "conference"


class EventState(StrEnum):
    """How far an event is. A draft is seen by the desk alone."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELED = "canceled"


PUBLIC_STATES = (EventState.ANNOUNCED, EventState.HELD, EventState.CANCELED)
STEPS: Mapping[EventState, tuple[EventState, ...]] = {
    EventState.DRAFT: (EventState.ANNOUNCED,),
    EventState.ANNOUNCED: (EventState.HELD, EventState.CANCELED),
    EventState.HELD: (),
    EventState.CANCELED: (),
}
"""What may become of an event in each state."""


class MaterialKind(StrEnum):
    """What a resource is to an event."""

    PAPER = "paper"
    SLIDES = "slides"
    RECORDING = "recording"
    OTHER = "other"


@dataclass(frozen=True)
class Speaker:
    """Who speaks, as it is announced. of: the institution, may be empty."""

    name: str
    of: str = ""


@dataclass(frozen=True)
class ProgramItem:
    """A part of the program. at: seconds since 1970 UTC; by: who speaks, may be empty."""

    at: int
    text: str
    by: str = ""


@dataclass(frozen=True)
class Material:
    """A resource of the catalog that belongs to the event.

    until: seconds since 1970 UTC until when those with a place may be given what is closed; 0: not at all.
    """

    digest: Digest
    kind: MaterialKind
    until: int = 0


@dataclass(frozen=True)
class Told:
    """What everybody is told. language: a tag, of title and text; venue: empty if it is held online only."""

    title: str
    about: str
    language: str
    venue: str = ""
    speakers: tuple[Speaker, ...] = ()
    program: tuple[ProgramItem, ...] = ()
    materials: tuple[Material, ...] = ()

    def format(self) -> bytes:
        """Return it in canonical JSON; inverse of `parse_told`."""
        return canonical_json.canonicalize(
            {
                "title": self.title,
                "about": self.about,
                "language": self.language,
                "venue": self.venue,
                "speakers": [{"name": one.name, "of": one.of} for one in self.speakers],
                "program": [{"at": one.at, "text": one.text, "by": one.by} for one in self.program],
                "materials": [
                    {"digest": one.digest.hex(), "kind": one.kind.value, "until": one.until}
                    for one in self.materials
                ],
            }
        )


@dataclass(frozen=True)
class Event:
    """An event. places: for participants, 0 for as many as come; sequence: RFC 5545's, rises with changes.

    begins_at, ends_at, made_at, changed_at: seconds since 1970 UTC. room: the name of a template of the
    operator's, empty if there is no room online; room_name: sealed, which of its rooms; room_minutes: before
    the beginning, from when on those with a place are shown the way there. wrapped_key: under which names,
    questions and messages are sealed.
    """

    id: str
    kind: EventKind
    state: EventState
    told: Told
    begins_at: int
    ends_at: int
    places: int
    made_at: int
    changed_at: int
    wrapped_key: bytes
    sequence: int = 0
    room: str = ""
    room_name: bytes | None = None
    room_minutes: int = 15

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it."""
        return self.state in PUBLIC_STATES

    def takes_people(self, now: int) -> bool:
        """Return whether places are taken and given back: it is announced, and not over."""
        return self.state is EventState.ANNOUNCED and now < self.ends_at

    def shows_room(self, now: int) -> bool:
        """Return whether those with a place are shown the way to the room now."""
        opens_at = self.begins_at - self.room_minutes * MINUTE_SECONDS
        is_open = self.state is EventState.ANNOUNCED and opens_at <= now < self.ends_at
        return bool(self.room) and is_open


@dataclass(frozen=True)
class EventForm:
    """What the desk says of an event. room: a template's name, empty for none; room_name: which of its rooms.

    Times in seconds since 1970 UTC. An empty room_name lets one be drawn at random.
    """

    kind: EventKind
    told: Told
    begins_at: int
    ends_at: int
    places: int
    room: str = ""
    room_name: str = ""
    room_minutes: int = 15


def parse_told(data: bytes) -> Told:
    """Return what `Told.format` wrote."""
    value: Any = canonical_json.parse(data)
    return Told(
        title=value["title"],
        about=value["about"],
        language=value["language"],
        venue=value["venue"],
        speakers=tuple(Speaker(one["name"], one["of"]) for one in value["speakers"]),
        program=tuple(ProgramItem(one["at"], one["text"], one["by"]) for one in value["program"]),
        materials=tuple(
            Material(Digest.parse(one["digest"]), MaterialKind(one["kind"]), one["until"])
            for one in value["materials"]
        ),
    )


def key_bound_to(origin: str, event_id: str) -> bytes:
    """Return what the key of an event is bound to. origin: of the ledger."""
    return small_bound_to(origin, "event", event_id)


def check_event_id(event_id: str) -> str:
    """Return the id of an event as it was given; raise EventNotFound for what can be none."""
    if len(event_id) != ID_DIGITS or not set(event_id) <= set("0123456789abcdef"):
        raise EventNotFound(name=event_id[:40])
    return event_id


def check_event(event: Event) -> None:
    """Check times and numbers of an event; raise InvalidEvent.

    Texts were checked where they were read (rules/form).
    """
    is_in_time = EARLIEST <= event.begins_at < LATEST
    if not is_in_time or not event.begins_at < event.ends_at:
        raise InvalidEvent("times")
    if event.ends_at - event.begins_at > LONGEST_EVENT_SECONDS:
        raise InvalidEvent("longest", days=LONGEST_EVENT_SECONDS // DAY_SECONDS)
    if not 0 <= event.places <= MOST_PLACES:
        raise InvalidEvent("places", most=MOST_PLACES)
    if not 0 <= event.room_minutes <= MOST_ROOM_MINUTES:
        raise InvalidEvent("room-minutes", most=MOST_ROOM_MINUTES)
