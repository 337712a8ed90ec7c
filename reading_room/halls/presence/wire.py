"""The bytes of y-protocols' awareness: one state a message, of a place and a name and nothing else.

Source: PROTOCOL.md of y-protocols 1.0 (message 1, awareness), encoding.js of lib0 0.2.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidHall, InvalidJson

AWARENESS = 1
LARGEST_MESSAGE_BYTES = 512
LONGEST_NAME = 40
FARTHEST = 20  # meters from the middle
GONE = "null"
MOST_NUMBER = 2**53 - 1  # pages read no number above it
_MOST_BITS = 53


def read_state(message: bytes) -> tuple[int, str]:
    """Return the clock and the JSON that a page tells of itself; raise InvalidHall for anything else.

    By which client number it does is not heeded: each socket has one of the server's.
    """
    if len(message) > LARGEST_MESSAGE_BYTES:
        raise InvalidHall("presence")
    kind, at = _number(message, 0)
    length, at = _number(message, at)
    is_whole = at + length == len(message)
    count, at = _number(message, at)
    _, at = _number(message, at)
    clock, at = _number(message, at)
    size, at = _number(message, at)
    if (kind, count) != (AWARENESS, 1) or at + size != len(message) or not is_whole:
        raise InvalidHall("presence")
    return clock, _state(message[at:])


def is_state(text: str) -> bool:
    """Return whether it is the JSON of a state as `read_state` returns it, and not of one who has gone."""
    try:
        return _state(text.encode()) == text != GONE
    except InvalidHall:
        return False


def write_states(states: Mapping[int, tuple[int, str]]) -> bytes:
    """Return a message that tells of these clients: of each its clock, and its JSON."""
    update = _varint(len(states))
    for client, (clock, text) in states.items():
        data = text.encode()
        update += _varint(client) + _varint(clock) + _varint(len(data)) + data
    return _varint(AWARENESS) + _varint(len(update)) + update


def _state(data: bytes) -> str:
    """Return a state as it is told to others: a place within the hall, and a name if one is given."""
    try:
        value = foreign_json.parse(data, LARGEST_MESSAGE_BYTES)
    except InvalidJson as exc:
        raise InvalidHall("presence") from exc
    if value is None:
        return GONE
    if not isinstance(value, dict) or value.keys() != {"name", "turn", "x", "z"}:
        raise InvalidHall("presence")
    name, place = value["name"], [value[key] for key in ("turn", "x", "z")]
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidHall("presence")
    if not all(_is_near(part) for part in place):
        raise InvalidHall("presence")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_near(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) <= FARTHEST  # type: ignore[arg-type]


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift <= _MOST_BITS:
        one = data[at]
        value |= (one & 127) << shift
        at, shift = at + 1, shift + 7
        if one < 128 and value <= MOST_NUMBER:
            return value, at
    raise InvalidHall("presence")


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(128 | (value & 127))
        value >>= 7
    return bytes([*written, value])
