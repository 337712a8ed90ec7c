"""A reviewer's report, or a teacher's endorsement: its bytes, whose digest the ledger attests.

The name stands behind a salted commitment, as an author's does, and is told beside it. With its own random
salt the digest tells nothing of a text that is not opened yet. Normative text: docs/formats.md §19.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import hex32, members
from ledger_service.domain.errors import InvalidAuthors, InvalidJson
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.printable_text import shown

FORMAT = "muhr-review/1"
LONGEST_TEXT = 20_000  # characters
_MEMBERS = {"at", "format", "kind", "ledger", "name", "resource", "salt", "text"}


class ReviewKind(StrEnum):
    """What somebody says of a work."""

    REPORT = "report"  # of who reviewed it
    ENDORSEMENT = "endorsement"  # of a teacher

    @property
    def statement(self) -> StatementType:
        """Return the type under which the ledger attests it."""
        return StatementType(self.value)


@dataclass(frozen=True)
class Review:
    """resource: digest of the work; name: commitment of 32 bytes to who says it; at: seconds since 1970 UTC.

    ledger: origin of the library's ledger; salt: 32 random bytes.
    """

    kind: ReviewKind
    resource: Digest
    text: str
    name: bytes
    ledger: str
    at: int
    salt: bytes

    def format(self) -> bytes:
        """Return the canonical bytes, whose digest the ledger attests; inverse of `parse`."""
        return canonical_json.canonicalize(
            {
                "at": self.at,
                "format": FORMAT,
                "kind": self.kind.value,
                "ledger": self.ledger,
                "name": self.name.hex(),
                "resource": self.resource.hex(),
                "salt": self.salt.hex(),
                "text": self.text,
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Review:
        """Return the review of canonical bytes; raise InvalidAuthors for anything else."""
        try:
            found: Any = members(canonical_json.parse_canonical(data), _MEMBERS)
        except InvalidJson as exc:
            raise InvalidAuthors("form") from exc
        at, ledger, text = found["at"], found["ledger"], found["text"]
        good = type(at) is int and at >= 0 and isinstance(ledger, str) and isinstance(text, str)
        if not good or found["format"] != FORMAT or found["kind"] not in set(ReviewKind):
            raise InvalidAuthors("form")
        if checked_text(text) != text:
            raise InvalidAuthors("text", most=LONGEST_TEXT)
        resource, name, salt = (hex32(found[one]) for one in ("resource", "name", "salt"))
        return cls(ReviewKind(found["kind"]), Digest(resource), text, name, ledger, at, salt)

    @property
    def digest(self) -> Digest:
        """Return the digest that the ledger attests."""
        return Digest.of(self.format())

    @property
    def attester(self) -> Commitment:
        """Return who attests it: the commitment to the name."""
        return Commitment(self.name)


def checked_text(text: str) -> str:
    """Return a text as it is kept: NFC, lines ended by a newline; raise InvalidAuthors."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip().split("\n")
    told = "\n".join(line.replace("\t", " ").rstrip() for line in lines)
    good = all(shown(line, LONGEST_TEXT) == line for line in told.split("\n"))
    if not 0 < len(told) <= LONGEST_TEXT or not good:
        raise InvalidAuthors("text", most=LONGEST_TEXT)
    return told
