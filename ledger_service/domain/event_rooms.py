"""Rooms online in which events are held: addresses of what a university runs, with a place for the room."""

from __future__ import annotations

import re
from urllib.parse import quote

from ledger_service.domain.errors import InvalidInput

PLACE = "{room}"
MOST_ROOMS = 20
_NAMED = re.compile(r"([a-z0-9-]{1,40})=(https://[^\s?#{}]+[^\s{}]*\{room\}[^\s{}]*)\Z")

Rooms = tuple[tuple[str, str], ...]


def parse_rooms(given: str) -> Rooms:
    """Return names and addresses of a setting, such as `jitsi=https://meet.example.uz/{room}`.

    Raises:
        InvalidInput: one is not of this form, a name comes twice, or there are more than MOST_ROOMS.
    """
    found: dict[str, str] = {}
    for each in given.split():
        match = _NAMED.match(each)
        if match is None or match[1] in found or len(found) == MOST_ROOMS:
            raise InvalidInput("setting-not-rooms", given=each[:80], mark=PLACE)
        found[match[1]] = match[2]
    return tuple(found.items())


def address_of(rooms: Rooms, name: str, room: str) -> str | None:
    """Return the address of a room; None if the operator has taken its template away."""
    template = dict(rooms).get(name)
    return None if template is None else template.replace(PLACE, quote(room, safe=""))
