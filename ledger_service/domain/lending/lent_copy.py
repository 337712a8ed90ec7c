"""Lent copies: files made for one grant, which say by whom they were lent and carry a number of their own.

The number is 32 random bytes, so that nobody guesses one, and it names nobody. The private part of each
opening that lends the copy holds it. Normative text: docs/formats.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from mmap import mmap

from ledger_service.domain.identifiers import CopyId, Digest, GrantId
from ledger_service.domain.reasons import Reason

HEAD_BYTES = 1024  # of a file, by which its kind is told
DIGITS_SHOWN = 8  # of a copy's number, in the line that people see
MOST_MARKS = 4  # different ones that are looked at in one file
_PREFIX = "muhr-copy:"
_MARK = re.compile(rb"muhr-copy:([0-9a-f]{64})")
_PDF, _PNG, _JPEG, _ZIP = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"
_EPUB = b"application/epub+zip"


class MarkedKind(StrEnum):
    """Kinds of files that can carry a line and a number."""

    PDF = "pdf"
    EPUB = "epub"
    PNG = "png"
    JPEG = "jpeg"


_BY_TYPE = {
    "application/pdf": MarkedKind.PDF,
    _EPUB.decode(): MarkedKind.EPUB,
    "image/png": MarkedKind.PNG,
    "image/jpeg": MarkedKind.JPEG,
}


@dataclass(frozen=True)
class LentCopy:
    """A copy that was lent. entry: of the opening that lent it first; file: digest of the bytes made last."""

    id: CopyId
    grant: GrantId
    entry: int
    file: Digest | None = None


@dataclass(frozen=True)
class CopyOrder:
    """What a copy is made by. media_type: as the record has it; library: the name of who lends."""

    id: CopyId
    media_type: str
    library: str

    @property
    def line(self) -> Reason:
        """Return what people see in the copy."""
        number = self.id.hex()[:DIGITS_SHOWN]
        return Reason("copy.line", {"library": self.library, "copy": number})


def kind_of(media_type: str, head: bytes) -> MarkedKind | None:
    """Return as what a file is marked, by what it is and else by what it is said to be; None if it cannot be.

    head: its first HEAD_BYTES. What is said to be a PDF and is none gets a kind, too, so that it is refused.
    """
    if head.startswith(_PNG):
        return MarkedKind.PNG
    if head.startswith(_JPEG):
        return MarkedKind.JPEG
    if _PDF in head:  # readers take one that begins later, too
        return MarkedKind.PDF
    if head.startswith(_ZIP) and _EPUB in head:
        return MarkedKind.EPUB
    return _BY_TYPE.get(media_type.partition(";")[0].strip().lower())


def format_mark(copy: CopyId) -> str:
    """Return how a copy's number stands in a file; `marks_in` is its inverse."""
    return _PREFIX + copy.hex()


def marks_in(data: bytes | mmap) -> list[CopyId]:
    """Return the numbers of copies that stand openly in a file's bytes, at most MOST_MARKS."""
    return list(islice(_each_mark(data), MOST_MARKS))


def _each_mark(data: bytes | mmap) -> Iterator[CopyId]:
    seen = set()
    for found in _MARK.finditer(data):
        if found[1] not in seen:
            seen.add(found[1])
            yield CopyId.parse(found[1].decode())
