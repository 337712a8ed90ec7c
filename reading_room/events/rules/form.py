"""What a form says of an event, read line by line: times of the library's own zone, a line for each part.

Speakers: `Name | institution`. Program: `10:00 | what | who`, on another day `2026-12-02 10:00 | …`.
Materials: `digest | kind | until`, where kind and the day until which it is given may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from ledger_service.domain.errors import InvalidDigest, InvalidEvent
from ledger_service.domain.identifiers import Digest
from reading_room.events.rules.calendar import ZONE_INFO
from reading_room.events.rules.event import (
    LONGEST_ABOUT,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TITLE,
    LONGEST_VENUE,
    MOST_ITEMS,
    MOST_MATERIALS,
    MOST_SPEAKERS,
    Event,
    EventForm,
    EventKind,
    Material,
    MaterialKind,
    ProgramItem,
    Speaker,
    Told,
)

LONGEST_NUMBER = 6  # digits
PARTS = 3  # of a line
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")
_TIME = "%Y-%m-%dT%H:%M"
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")

Part = TypeVar("Part")


def read_form(fields: Mapping[str, str]) -> EventForm:
    """Return what the fields say; raise InvalidEvent for what is missing, too long or of another form."""
    begins_at = read_time(fields["begins"])
    language = fields["language"] or "uz"
    if not _LANGUAGE.match(language):
        raise InvalidEvent("language")
    told = Told(
        title=_line(fields["title"], LONGEST_TITLE, "title", least=1),
        about=_text(fields["about"]),
        language=language,
        venue=_line(fields["venue"], LONGEST_VENUE, "venue"),
        speakers=_lines(fields["speakers"], MOST_SPEAKERS, _speaker),
        program=_lines(fields["program"], MOST_ITEMS, lambda parts: _item(parts, begins_at)),
        materials=_lines(fields["materials"], MOST_MATERIALS, _material),
    )
    try:
        kind = EventKind(fields["kind"])
    except ValueError as exc:
        raise InvalidEvent("kind") from exc
    return EventForm(
        kind=kind,
        told=told,
        begins_at=begins_at,
        ends_at=read_time(fields["ends"]),
        places=_number(fields["places"] or "0"),
        room=fields["room"],
        room_name=fields["room_name"],
        room_minutes=_number(fields["room_minutes"] or "15"),
    )


def write_form(event: Event) -> dict[str, str]:
    """Return the fields that say of an event what stands; its room's name is left out, and so kept."""
    told = event.told
    return {
        "kind": event.kind.value,
        "title": told.title,
        "about": told.about,
        "language": told.language,
        "venue": told.venue,
        "begins": write_time(event.begins_at),
        "ends": write_time(event.ends_at),
        "places": str(event.places),
        "room": event.room,
        "room_minutes": str(event.room_minutes),
        "speakers": "\n".join(_joined(one.name, one.of) for one in told.speakers),
        "program": "\n".join(
            _joined(write_time(one.at).replace("T", " "), one.text, one.by) for one in told.program
        ),
        "materials": "\n".join(
            _joined(one.digest.hex(), one.kind.value, _day(one.until)) for one in told.materials
        ),
    }


def read_time(given: str) -> int:
    """Return the time of a clock in the library's zone, as browsers write it: 2026-12-01T10:00."""
    try:
        found = datetime.strptime(given[:16].replace(" ", "T"), _TIME).replace(tzinfo=ZONE_INFO)
        return int(found.timestamp())
    except (ValueError, OverflowError) as exc:
        raise InvalidEvent("time", given=given[:40]) from exc


def write_time(seconds: int) -> str:
    """Return what `read_time` reads."""
    return f"{datetime.fromtimestamp(seconds, ZONE_INFO):{_TIME}}"


def _speaker(parts: list[str]) -> Speaker:
    name, of, _ = parts
    return Speaker(
        _line(name, LONGEST_NAME, "speaker", least=1), _line(of, LONGEST_NAME, "speaker")
    )


def _item(parts: list[str], begins_at: int) -> ProgramItem:
    at, text, by = parts
    if not text:
        raise InvalidEvent("program", given=at[:80])
    what = _line(text, LONGEST_LINE, "program", least=1)
    return ProgramItem(_moment(at, begins_at), what, _line(by, LONGEST_NAME, "program"))


def _moment(given: str, begins_at: int) -> int:
    """Return the time of a line of the program: a clock of the first day, or day and clock."""
    clock = _CLOCK.match(given)
    if clock is None:
        return read_time(given)
    first = datetime.fromtimestamp(begins_at, ZONE_INFO)
    return int(first.replace(hour=int(clock[1]), minute=int(clock[2])).timestamp())


def _material(parts: list[str]) -> Material:
    digest, kind, until = parts
    try:
        found = Digest.parse(digest.lower())
        named = MaterialKind(kind or MaterialKind.PAPER.value)
    except (InvalidDigest, ValueError) as exc:
        raise InvalidEvent("materials", given=digest[:80]) from exc
    return Material(found, named, _end_of(until) if until else 0)


def _end_of(day: str) -> int:
    """Return the end of a day, such as 2026-12-31, in seconds since 1970 UTC."""
    return read_time(f"{day}T00:00") + int(timedelta(days=1).total_seconds())


def _day(until: int) -> str:
    return write_time(until - 1)[:10] if until else ""


def _lines(given: str, most: int, read: Callable[[list[str]], Part]) -> tuple[Part, ...]:
    """Return what each line says that is not empty; its parts stand apart by `|`."""
    lines = [line for line in given.splitlines() if line.strip()]
    if len(lines) > most:
        raise InvalidEvent("lines", most=most)
    found = []
    for line in lines:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) > PARTS:
            raise InvalidEvent("line", given=line[:80])
        found.append(read([*parts, *[""] * (PARTS - len(parts))]))
    return tuple(found)


def _joined(*parts: str) -> str:
    return " | ".join(parts).rstrip("| ")


def _line(given: str, most: int, what: str, least: int = 0) -> str:
    """Return one line; raise InvalidEvent, whose reason is named by the field."""
    line = " ".join(given.split())
    if not least <= len(line) <= most or not line.isprintable():
        raise InvalidEvent("text", what=what, most=most)
    return line


def _text(given: str) -> str:
    lines = [line.rstrip() for line in given.strip().splitlines()]
    text = "\n".join(lines)
    if len(text) > LONGEST_ABOUT or not all(line.isprintable() for line in lines):
        raise InvalidEvent("text", what="about", most=LONGEST_ABOUT)
    return text


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        raise InvalidEvent("number", given=given[:40])
    return int(given)
