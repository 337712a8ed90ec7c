"""What a file that nobody registered may have been before a program changed it, and what it is like.

Programs save text with other line ends or a byte-order mark, and put a reader's notes or a signature
behind all bytes of a PDF. The digest of what was there before is found from the file alone. A copy that a
library has lent carries a number, by which that library knows it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from mmap import mmap
from typing import Any

from ledger_service.domain.errors import InvalidDigest, InvalidInput
from ledger_service.domain.foreign_text import BYTE_ORDER_MARK
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.lent_copy import MOST_MARKS, marks_in
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.kept_file import LARGEST_PDF_BYTES, PDF
from ledger_service.domain.verification.receipt import Receipt

LARGEST_TEXT_BYTES = 64 * 2**20
PIECE_BYTES = 2**20
MOST_ENDS = 16  # of a PDF, each of which is followed by what was added later
MOST_LIKES = 3 * MOST_ENDS + 1 + MOST_MARKS
_END = re.compile(rb"%%EOF")


class Likeness(StrEnum):
    """How a file is like one that is registered."""

    LINES = "lines"
    ADDED_TO = "added-to"
    RECEIPT = "receipt"
    TITLE = "title"
    COPY = "copy"


@dataclass(frozen=True)
class Like:
    """A digest that may be registered, and how the file is like the bytes of it; of a copy, its number."""

    likeness: Likeness
    digest: Digest

    @classmethod
    def parse(cls, text: str) -> Like:
        """Return what LIKENESS:DIGEST says; inverse of `format`. Raises InvalidDigest."""
        word, _, digest = text.partition(":")
        if word not in set(Likeness):
            raise InvalidDigest(text=text[:80])
        return cls(Likeness(word), Digest.parse(digest))

    def format(self) -> str:
        return f"{self.likeness}:{self.digest}"


@dataclass(frozen=True)
class Hint:
    """A registered resource that a file is like: its digest, and its title as its library tells it."""

    like: Like
    title: str

    @property
    def reason(self) -> Reason:
        """Return what a person is told of it."""
        digest, title = self.like.digest.hex(), self.title
        match self.like.likeness:
            case Likeness.LINES:
                return Reason("hint.lines", {"digest": digest, "title": title})
            case Likeness.ADDED_TO:
                return Reason("hint.added-to", {"digest": digest, "title": title})
            case Likeness.RECEIPT:
                return Reason("hint.receipt", {"digest": digest, "title": title})
            case Likeness.TITLE:
                return Reason("hint.title", {"digest": digest, "title": title})
            case Likeness.COPY:
                return Reason("hint.copy", {"digest": digest, "title": title})

    def to_json(self) -> dict[str, Any]:
        return {"likeness": self.like.likeness.value, **self.reason.to_json()}


def likes_of(data: bytes | mmap) -> Iterator[Like]:
    """Yield what a file may have been, at most MOST_LIKES; never what it is. data: all its bytes."""
    for copy in marks_in(data):
        yield Like(Likeness.COPY, Digest(copy.value))
    if len(data) <= LARGEST_PDF_BYTES:
        with suppress(InvalidInput):
            facts = Entry.parse(Receipt.parse(data[:]).entry).facts
            yield Like(Likeness.RECEIPT, Digest.parse(str(facts.get("digest"))))
    if data[: len(PDF)] == PDF:
        yield from (Like(Likeness.ADDED_TO, digest) for digest in _before_additions(data))
    elif len(data) <= LARGEST_TEXT_BYTES and data.find(b"\0") < 0:
        yield from (Like(Likeness.LINES, digest) for digest in _with_other_lines(data[:]))


def _before_additions(data: bytes | mmap) -> Iterator[Digest]:
    """Yield the digest of all that stands before each end of the PDF but the last, line ends taken or not."""
    state, at = hashlib.sha256(), 0
    for found in islice(_END.finditer(data), MOST_ENDS):
        behind = data[found.end() : found.end() + 2]
        for end in range(found.end(), found.end() + 1 + len(behind)):
            if end == len(data) or behind[: end - found.end()].strip(b"\r\n"):
                break
            for start in range(at, end, PIECE_BYTES):
                state.update(data[start : min(end, start + PIECE_BYTES)])
            at = end
            yield Digest(state.digest())


def _with_other_lines(data: bytes) -> set[Digest]:
    text = data.removeprefix(BYTE_ORDER_MARK).replace(b"\r\n", b"\n")
    one_end = text.removesuffix(b"\n")
    found = set()
    for lines in (one_end, one_end + b"\n"):
        for ended in (lines, lines.replace(b"\n", b"\r\n")):
            found |= {Digest.of(ended), Digest.of(BYTE_ORDER_MARK + ended)}
    return found - {Digest.of(data)}
