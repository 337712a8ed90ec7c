"""WebM: how long a film or a sound lasts, and how large its picture is.

Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import Found, Unreadable

TYPES = frozenset(("video/webm", "audio/webm"))
MOST_ELEMENTS = 4096
LONGEST_MS = 10 * 365 * 86_400_000
MOST_PIXELS = 2**16
NS_A_MS = 1_000_000
SEGMENT, INFO, TRACKS, TRACK, VIDEO, CLUSTER = (
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0xAE,
    0xE0,
    0x1F43B675,
)
SCALE, DURATION, WIDTH, HEIGHT = 0x2AD7B1, 0x4489, 0xB0, 0xBA
HOLDS_ELEMENTS = (SEGMENT, INFO, TRACKS, TRACK, VIDEO)
LONGEST_VALUE = 8  # bytes


def read_webm(file: AskedFile, found: Found) -> None:
    """Add what stands before the first picture; a film that was made for a broadcast has no length."""
    told: dict[int, bytes] = {}
    for name, start, end in _elements(file):
        if name == CLUSTER:
            break
        if name in (SCALE, DURATION, WIDTH, HEIGHT) and end - start <= LONGEST_VALUE:
            file.seek(start)
            told.setdefault(name, file.read(end - start))
    scale = int.from_bytes(told.get(SCALE, b""), "big") or NS_A_MS
    length = _float(told.get(DURATION, b"")) * scale / NS_A_MS
    if 0 < length < LONGEST_MS:
        found.facts.milliseconds = round(length)
    extent = [int.from_bytes(told.get(name, b""), "big") for name in (WIDTH, HEIGHT)]
    if all(0 < side <= MOST_PIXELS for side in extent):
        found.facts.width, found.facts.height = extent
    if found.facts.milliseconds is None and found.facts.width is None:
        raise Unreadable("malformed")


def _elements(file: AskedFile) -> Iterator[tuple[int, int, int]]:
    """Yield name and bounds of the content of elements, a few thousand, in the file's order."""
    todo, seen = [(0, file.size)], 0
    while todo and seen < MOST_ELEMENTS:
        at, stop = todo.pop()
        seen += 1
        file.seek(at)
        head = file.read(min(12, stop - at))
        name_length = _length(head[:1])
        size_length = _length(head[name_length : name_length + 1])
        begins = at + name_length + size_length
        if not name_length or name_length > 4 or not size_length or begins > stop:
            continue
        name = int.from_bytes(head[:name_length], "big")
        size = int.from_bytes(head[name_length : name_length + size_length], "big")
        size &= (1 << 7 * size_length) - 1
        is_unknown = size == (1 << 7 * size_length) - 1
        ends = stop if is_unknown else begins + size
        yield name, begins, min(ends, stop)
        if ends < stop:
            todo.append((ends, stop))
        if name in HOLDS_ELEMENTS and begins < min(ends, stop):
            todo.append((begins, min(ends, stop)))


def _length(first: bytes) -> int:
    """Return how many bytes a number of variable length has, by its first byte; 0 for none."""
    return 9 - first[0].bit_length() if first and first[0] else 0


def _float(data: bytes) -> float:
    form = {4: ">f", 8: ">d"}.get(len(data))
    value = float(struct.unpack(form, data)[0]) if form else 0.0
    return value if math.isfinite(value) else 0.0
