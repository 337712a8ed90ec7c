"""Sound and film: how long they last, what they are called, the picture they carry, and a film's extent.

A poster frame is made of none: whatever decodes film in Python brings FFmpeg along, with parts under the GPL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from tinytag import TinyTag

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import Found, Unreadable
from reading_room.media.reading.images import cover_from

TYPES = frozenset(
    [
        "audio/aiff",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "video/mp4",
        "video/quicktime",
    ]
)
MS_A_SECOND = 1000
LONGEST_MS = 10 * 365 * 86_400 * MS_A_SECOND
MOST_BOXES = 4096
TKHD_EXTENT = 8  # bytes at its end: width and height, 16.16 each; ISO/IEC 14496-12 §8.3.2
HOLDS_BOXES = (b"moov", b"trak")


def read_sound(file: AskedFile, found: Found) -> None:
    """Add what its tags say."""
    file.seek(0)
    told = TinyTag.get(file_obj=cast("BinaryIO", file), image=True)
    facts = found.facts
    if told.duration:
        facts.milliseconds = max(0, min(round(told.duration * MS_A_SECOND), LONGEST_MS))
    facts.title = told.title or None
    if facts.media_type.startswith("video/"):
        facts.width, facts.height = _extent(file)
    if facts.milliseconds is None and facts.width is None:
        raise Unreadable("malformed")
    if told.images.any is not None:
        found.cover = cover_from(told.images.any.data)


def _extent(file: AskedFile) -> tuple[int, int] | tuple[None, None]:
    """Return the widest of the tracks of an MP4, in pixels."""
    largest: tuple[int, int] | tuple[None, None] = (None, None)
    for name, start, end in _boxes(file, 0, file.size):
        if name == b"tkhd" and end - start >= TKHD_EXTENT:
            file.seek(end - TKHD_EXTENT)
            told = file.read(TKHD_EXTENT)
            extent = int.from_bytes(told[:4], "big") >> 16, int.from_bytes(told[4:], "big") >> 16
            if all(extent) and extent > (largest[0] or 0, largest[1] or 0):
                largest = extent
    return largest


def _boxes(file: AskedFile, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name and bounds of the content of each box, those within moov and trak too; a few thousand."""
    todo, seen = [(start, end)], 0
    while todo and seen < MOST_BOXES:
        at, stop = todo.pop()
        seen += 1
        if stop - at < 8:
            continue
        file.seek(at)
        head = file.read(16)
        size, name, begins = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1:
            size, begins = int.from_bytes(head[8:16], "big"), at + 16
        ends = stop if size == 0 else at + size
        if ends < begins or ends > stop:
            continue
        yield name, begins, ends
        todo.append((ends, stop))
        if name in HOLDS_BOXES:
            todo.append((begins, ends))
