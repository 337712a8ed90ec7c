"""The bytes of y-protocols: numbers and strings as lib0 writes them, and messages of sync and awareness.

Source: PROTOCOL.md of y-protocols 1.0, encoding.js of lib0 0.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reading_room.together.live.bounds import Close, Refused

SYNC, AWARENESS, AUTH, QUERY_AWARENESS = range(4)
STEP_1, STEP_2, UPDATE = range(3)
NOTHING = b"\x00\x00"
"""The update that changes nothing."""
MOST_NUMBER = 2**53 - 1
"""Pages read no number above it: what has one could be opened by nobody any more."""
_MOST_BITS = 56


class Reader:
    """Reads bytes from the front; raises Refused where they end too early, or a number is too large."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.data)

    def byte(self) -> int:
        """Return one byte."""
        try:
            value = self.data[self.at]
        except IndexError:
            raise Refused(Close.MALFORMED, "ends early") from None
        self.at += 1
        return value

    def number(self) -> int:
        """Return a number of a variable length."""
        value = shift = 0
        while True:
            one = self.byte()
            value |= (one & 127) << shift
            if value > MOST_NUMBER or shift >= _MOST_BITS:
                raise Refused(Close.MALFORMED, "number too large")
            if one < 128:
                return value
            shift += 7

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        end = self.at + size
        if end > len(self.data):
            raise Refused(Close.MALFORMED, "ends early")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def bytes(self) -> bytes:
        """Return bytes that are preceded by their length."""
        return self.take(self.number())

    def text(self) -> str:
        """Return a string."""
        try:
            return self.bytes().decode()
        except UnicodeDecodeError:
            raise Refused(Close.MALFORMED, "no text") from None


def number(value: int) -> bytes:
    """Return a number as lib0 writes it."""
    written = bytearray()
    while value > 127:
        written.append(128 | (value & 127))
        value >>= 7
    written.append(value)
    return bytes(written)


def sized(data: bytes) -> bytes:
    """Return bytes preceded by their length."""
    return number(len(data)) + data


def sync(kind: int, data: bytes) -> bytes:
    """Return a message of sync. kind: STEP_1, STEP_2 or UPDATE."""
    return bytes([SYNC, kind]) + sized(data)


def state_vector(state: Mapping[int, int]) -> bytes:
    """Return how far each client's edits are known, as step 1 tells it."""
    pairs = b"".join(number(client) + number(clock) for client, clock in state.items())
    return number(len(state)) + pairs


def read_state_vector(data: bytes) -> dict[int, int]:
    """Return what `state_vector` made; raise Refused."""
    reader, state = Reader(data), {}
    for _ in range(reader.number()):
        client = reader.number()
        state[client] = reader.number()
    return state


def deletions(runs: Iterable[tuple[int, int, int]]) -> bytes:
    """Return a set of deletions, as the end of an update has it. runs: client, clock and length."""
    of_client: dict[int, list[bytes]] = {}
    for client, clock, length in runs:
        of_client.setdefault(client, []).append(number(clock) + number(length))
    written = [number(len(of_client))]
    for client, ranges in of_client.items():
        written += [number(client), number(len(ranges)), *ranges]
    return b"".join(written)


def awareness(states: Mapping[int, tuple[int, str]]) -> bytes:
    """Return a message of awareness. states: of each client, its clock and its JSON."""
    written = [number(len(states))]
    for client, (clock, text) in states.items():
        written += [number(client), number(clock), sized(text.encode())]
    return bytes([AWARENESS]) + sized(b"".join(written))
