"""Who is in a room, and where their cursors are: told to the others, and kept nowhere.

Each state is JSON that a page wrote, under a client of its own. The server reads it, and writes into it which
member it is, so that nobody is taken for somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson
from reading_room.together.live.bounds import (
    LARGEST_PRESENCE_BYTES,
    PRESENCES_OF_VISITOR,
    Close,
    Refused,
)
from reading_room.together.live.yjs.wire import Reader

GONE = "null"
MEMBER = "member"


def read_presence(data: bytes, member: int) -> dict[int, tuple[int, str]]:
    """Return of each client its clock and its JSON, with the member's number in it; raise Refused."""
    reader, states = Reader(data), {}
    for _ in range(_few(reader.number())):
        client, clock, text = reader.number(), reader.number(), reader.bytes()
        states[client] = (clock, _told(text, member))
    if not reader.is_over:
        raise Refused(Close.MALFORMED, "more than a presence")
    return states


def newer(
    known: Mapping[int, tuple[int, str]], told: Mapping[int, tuple[int, str]]
) -> dict[int, tuple[int, str]]:
    """Return what is told that is newer than what is known: of a higher clock, or gone at the same."""
    found = {}
    for client, (clock, text) in told.items():
        before, standing = known.get(client, (-1, GONE))
        if clock > before or (clock == before and text == GONE != standing):
            found[client] = (clock, text)
    return found


def _few(count: int) -> int:
    if count > PRESENCES_OF_VISITOR:
        raise Refused(Close.TOO_MANY, "presences")
    return count


def _told(text: bytes, member: int) -> str:
    try:
        value = foreign_json.parse(text, LARGEST_PRESENCE_BYTES)
    except InvalidJson:
        raise Refused(Close.MALFORMED, "presence") from None
    if value is None:
        return GONE
    if not isinstance(value, dict):
        raise Refused(Close.MALFORMED, "presence")
    return json.dumps({**value, MEMBER: member}, ensure_ascii=False, separators=(",", ":"))
