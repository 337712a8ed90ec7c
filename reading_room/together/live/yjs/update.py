"""What an update of Yjs holds, read before anything believes it: whose edits it adds, and what it deletes.

Nothing is applied here. An update is refused whose bytes are no update, which adds to a shared type that a
paper has not, or holds another document; what it adds and refers to is told, so that a room can judge it.
Source: the first version of updates as Yjs 13.6 writes them (UpdateEncoder.js, structs/*.js).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reading_room.together.live.bounds import ROOTS, Close, Refused
from reading_room.together.live.yjs.wire import Reader

MOST_CLOCK = 2**31 - 1
DEEPEST = 32  # levels of values within values
ORIGIN, RIGHT, SUB_KEY, KIND = 128, 64, 32, 31
"""The bits of an edit's first byte: what it stands behind and before is told, a key is, and what it holds."""
GC, STRING, SKIP = 0, 4, 10
_NAMED_TYPES = (3, 5)  # elements and hooks of XML, which have a name


class Run(NamedTuple):
    """Edits of one client that follow one another. clock: of the first; length: how many."""

    client: int
    clock: int
    length: int

    @property
    def end(self) -> int:
        """The clock after the last."""
        return self.clock + self.length


class Update(NamedTuple):
    """What an update holds. needs: to what it refers; structs_end: where its deletions begin, in bytes."""

    added: list[Run]
    deleted: list[Run]
    needs: dict[int, int]
    structs_end: int


def read_update(data: bytes) -> Update:
    """Return what an update holds; `added` has a run for each client in it. Raises Refused."""
    reader = Reader(data)
    needs: dict[int, int] = {}
    added = [_read_client(reader, needs) for _ in range(reader.number())]
    structs_end = reader.at
    deleted = _read_deletions(reader)
    if not reader.is_over:
        raise Refused(Close.MALFORMED, "more than an update")
    return Update(added, deleted, needs, structs_end)


def _read_client(reader: Reader, needs: dict[int, int]) -> Run:
    count, client, first = reader.number(), reader.number(), reader.number()
    clock = first
    for _ in range(count):
        info = reader.byte()
        kind = info & KIND
        if kind == GC:
            clock += reader.number()
        elif kind == SKIP:
            raise Refused(Close.MALFORMED, "leaves edits out")
        else:
            _read_place(reader, info, client, clock, needs)
            clock += content_of(kind)(reader)
        if clock > MOST_CLOCK:
            raise Refused(Close.MALFORMED, "too many edits")
    return Run(client, first, clock - first)


def _read_place(reader: Reader, info: int, client: int, clock: int, needs: dict[int, int]) -> None:
    """Read where an edit stands, and note what it refers to."""
    if info & ORIGIN:
        _read_id(reader, client, clock, needs)
    if info & RIGHT:
        _read_id(reader, client, clock, needs)
    if not info & (ORIGIN | RIGHT):
        if reader.number() == 1:
            if reader.text() not in ROOTS:
                raise Refused(Close.MALFORMED, "no part of a paper")
        else:
            _read_id(reader, client, clock, needs)
        if info & SUB_KEY:
            reader.bytes()


def _read_id(reader: Reader, client: int, clock: int, needs: dict[int, int]) -> None:
    of, at = reader.number(), reader.number()
    if of == client and at >= clock:
        raise Refused(Close.MALFORMED, "refers to itself")
    if at >= needs.get(of, 0):
        needs[of] = at + 1


def _read_deletions(reader: Reader) -> list[Run]:
    runs = []
    for _ in range(reader.number()):
        client = reader.number()
        for _ in range(reader.number()):
            run = Run(client, reader.number(), reader.number())
            if run.end > MOST_CLOCK:
                raise Refused(Close.MALFORMED, "too many edits")
            runs.append(run)
    return runs


# ---- what an edit holds: each returns how many edits it counts as ----


def content_of(kind: int) -> Callable[[Reader], int]:
    """Return what reads the content of an edit of this kind and returns how many edits it counts as."""
    try:
        return _CONTENTS[kind]
    except KeyError:
        raise Refused(Close.MALFORMED, "unknown content") from None


def _deleted(reader: Reader) -> int:
    return reader.number()


def _json(reader: Reader) -> int:
    count = reader.number()
    for _ in range(count):
        reader.bytes()
    return count


def _one(reader: Reader) -> int:
    reader.bytes()
    return 1


def _string(reader: Reader) -> int:
    text = reader.bytes()
    if text.isascii():
        return len(text)
    try:
        return len(text.decode().encode("utf-16-le")) // 2
    except UnicodeDecodeError:
        raise Refused(Close.MALFORMED, "no text") from None


def _format(reader: Reader) -> int:
    reader.bytes()
    reader.bytes()
    return 1


def _type(reader: Reader) -> int:
    kind = reader.number()
    if kind > 6:
        raise Refused(Close.MALFORMED, "unknown type")
    if kind in _NAMED_TYPES:
        reader.bytes()
    return 1


def _values(reader: Reader) -> int:
    count = reader.number()
    for _ in range(count):
        _read_value(reader, 0)
    return count


def _read_value(reader: Reader, depth: int) -> None:
    if depth > DEEPEST:
        raise Refused(Close.MALFORMED, "too deep")
    kind = reader.byte()
    if kind in (127, 126, 121, 120):  # undefined, null, false, true
        return
    if kind == 125:  # a whole number
        while reader.byte() >= 128:
            pass
    elif kind in _WIDTHS:
        reader.take(_WIDTHS[kind])
    elif kind in (119, 116):  # a string, bytes
        reader.bytes()
    elif kind in (118, 117):  # an object, a list
        for _ in range(reader.number()):
            if kind == 118:
                reader.bytes()
            _read_value(reader, depth + 1)
    else:
        raise Refused(Close.MALFORMED, "unknown value")


_WIDTHS = {124: 4, 123: 8, 122: 8}
_CONTENTS: dict[int, Callable[[Reader], int]] = {
    1: _deleted,
    2: _json,
    3: _one,
    4: _string,
    5: _one,
    6: _format,
    7: _type,
    8: _values,
}
