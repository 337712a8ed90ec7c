"""What an update of Yjs holds, read before anything believes it: whose edits it adds, and what it deletes.

Nothing is applied here. An update is refused whose bytes are no update, which adds to a shared type that a
paper has not, or holds another document; what it adds and refers to is told, so that a room can judge it.
Source: the first version of updates as Yjs 13.6 writes them (UpdateEncoder.js, structs/*.js).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson
from reading_room.together.live.bounds import ROOTS, Close, Refused
from reading_room.together.live.yjs.wire import MOST_NUMBER, Reader

MOST_CLOCK = 2**31 - 1
DEEPEST = 32  # levels of values within values
ORIGIN, RIGHT, SUB_KEY, KIND = 128, 64, 32, 31
"""The bits of an edit's first byte: what it stands behind and before is told, a key is, and what it holds."""
GC, STRING, TYPE, SKIP = 0, 4, 7, 10
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
    """What an update holds. needs: to what it refers; structs_end: where its deletions begin, in bytes.

    is_within: it puts something into what it does not bring itself, such as a field into an older comment.
    """

    added: list[Run]
    deleted: list[Run]
    needs: dict[int, int]
    structs_end: int
    is_within: bool = False


class Found:
    """What was read up to now. types: edits that are values which hold others; parents: what edits are in."""

    def __init__(self) -> None:
        self.needs: dict[int, int] = {}
        self.types: set[tuple[int, int]] = set()
        self.parents: set[tuple[int, int]] = set()

    @property
    def is_within(self) -> bool:
        """Whether anything stands in what is no value of this update."""
        return not self.parents <= self.types


def read_update(data: bytes) -> Update:
    """Return what an update holds; `added` has a run for each client in it. Raises Refused."""
    reader = Reader(data)
    found = Found()
    added = [_read_client(reader, found) for _ in range(reader.number())]
    if len({run.client for run in added}) < len(added):
        raise Refused(Close.MALFORMED, "client twice")
    structs_end = reader.at
    deleted = _read_deletions(reader)
    if not reader.is_over:
        raise Refused(Close.MALFORMED, "more than an update")
    return Update(added, deleted, found.needs, structs_end, found.is_within)


def _read_client(reader: Reader, found: Found) -> Run:
    count, client, first = reader.number(), reader.number(), reader.number()
    clock = first
    for _ in range(count):
        info = reader.byte()
        kind = info & KIND
        if kind == GC:
            length = reader.number()
        elif kind == SKIP:
            raise Refused(Close.MALFORMED, "leaves edits out")
        else:
            _read_place(reader, info, (client, clock), found)
            length = content_of(kind)(reader)
            if kind == TYPE:
                found.types.add((client, clock))
        if not length:
            raise Refused(Close.MALFORMED, "edit of nothing")
        clock += length
        if clock > MOST_CLOCK:
            raise Refused(Close.MALFORMED, "too many edits")
    return Run(client, first, clock - first)


def _read_place(reader: Reader, info: int, edit: tuple[int, int], found: Found) -> None:
    """Read where an edit stands, and note what it refers to."""
    if info & ORIGIN:
        _read_id(reader, edit, found)
    if info & RIGHT:
        _read_id(reader, edit, found)
    if not info & (ORIGIN | RIGHT):
        if reader.number() == 1:
            if reader.text() not in ROOTS:
                raise Refused(Close.MALFORMED, "no part of a paper")
        else:
            found.parents.add(_read_id(reader, edit, found))
        if info & SUB_KEY:
            reader.text()


def _read_id(reader: Reader, edit: tuple[int, int], found: Found) -> tuple[int, int]:
    of, at = reader.number(), reader.number()
    if of == edit[0] and at >= edit[1]:
        raise Refused(Close.MALFORMED, "refers to itself")
    if at >= found.needs.get(of, 0):
        found.needs[of] = at + 1
    return of, at


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
    try:
        foreign_json.parse(reader.bytes())
    except InvalidJson:
        raise Refused(Close.MALFORMED, "no JSON") from None
    return 1


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
    reader.text()
    return _json(reader)


def _type(reader: Reader) -> int:
    kind = reader.number()
    if kind > 6:
        raise Refused(Close.MALFORMED, "unknown type")
    if kind in _NAMED_TYPES:
        reader.text()
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
    if kind == 125:
        _read_whole(reader)
    elif kind in _WIDTHS:
        reader.take(_WIDTHS[kind])
    elif kind == 119:  # a string
        reader.text()
    elif kind == 116:  # bytes
        reader.bytes()
    elif kind in (118, 117):  # an object, a list
        for _ in range(reader.number()):
            if kind == 118:
                reader.text()
            _read_value(reader, depth + 1)
    else:
        raise Refused(Close.MALFORMED, "unknown value")


def _read_whole(reader: Reader) -> None:
    """Read a whole number, whose first byte holds a sign and six bits."""
    byte = reader.byte()
    value, shift = byte & 63, 6
    while byte >= 128:
        byte = reader.byte()
        value |= (byte & 127) << shift
        shift += 7
        if value > MOST_NUMBER or shift > 62:
            raise Refused(Close.MALFORMED, "number too large")


_WIDTHS = {124: 4, 123: 8, 122: 8}
_CONTENTS: dict[int, Callable[[Reader], int]] = {
    1: _deleted,
    3: _one,
    4: _string,
    5: _json,
    6: _format,
    7: _type,
    8: _values,
}
