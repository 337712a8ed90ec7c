"""What all authors of a work sign: one statement, canonical JSON with a random salt.

Normative text: docs/formats.md, “Works that their authors signed”.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import Author, Name, hex32, members
from ledger_service.domain.authorship.credit import in_words
from ledger_service.domain.authorship.typed_data import ShownAuthor, signed_digest, typed_data
from ledger_service.domain.errors import InvalidAuthors, InvalidJson
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.printable_text import shown

FORMAT = "muhr-authors/1"
MOST_AUTHORS = 50
LONGEST_TITLE = 500  # characters
_LONGEST_LEDGER = 256
_MEMBERS = {"at", "authors", "digest", "format", "ledger", "salt", "title"}


@dataclass(frozen=True)
class AuthorsStatement:
    """digest: of the work's bytes; ledger: the origin of the library's ledger; at: seconds since 1970 UTC.

    salt: 32 random bytes, so that the statement's digest tells nothing of a work that is not out yet.
    """

    digest: Digest
    title: str
    authors: tuple[Author, ...]
    ledger: str
    at: int
    salt: bytes

    def format(self) -> bytes:
        """Return the canonical bytes, which are what is signed; inverse of `parse`."""
        return canonical_json.canonicalize(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the form that `from_json` reads."""
        return {
            "at": self.at,
            "authors": [author.to_json() for author in self.authors],
            "digest": self.digest.hex(),
            "format": FORMAT,
            "ledger": self.ledger,
            "salt": self.salt.hex(),
            "title": self.title,
        }

    @classmethod
    def parse(cls, data: bytes) -> AuthorsStatement:
        """Return the statement of canonical bytes; raise InvalidAuthors for anything else."""
        try:
            return cls.from_json(canonical_json.parse_canonical(data))
        except InvalidJson as exc:
            raise InvalidAuthors("form") from exc

    @classmethod
    def from_json(cls, value: Any) -> AuthorsStatement:
        """Return the statement of a JSON object with exactly its members; raise InvalidAuthors."""
        found = members(value, _MEMBERS)
        title, at, ledger, authors = (found[name] for name in ("title", "at", "ledger", "authors"))
        if found["format"] != FORMAT:
            raise InvalidAuthors("version", format=FORMAT)
        if not isinstance(title, str) or checked_title(title) != title:
            raise InvalidAuthors("title", most=LONGEST_TITLE)
        if not isinstance(ledger, str) or not 0 < len(ledger) <= _LONGEST_LEDGER:
            raise InvalidAuthors("form")
        if type(at) is not int or at < 0 or not isinstance(authors, list):
            raise InvalidAuthors("form")
        check_count(len(authors))
        digest, salt = Digest(hex32(found["digest"])), hex32(found["salt"])
        listed = tuple(Author.from_json(item) for item in authors)
        check_keys(listed)
        return cls(digest, title, listed, ledger, at, salt)

    @property
    def hash(self) -> bytes:
        """Return SHA-256 of the canonical bytes, which a passkey signs as its challenge."""
        return hashlib.sha256(self.format()).digest()

    @property
    def wallet_digest(self) -> bytes:
        """Return the 32 bytes that a wallet signs; they cover the statement's own hash."""
        authors = [author.shown for author in self.authors]
        return signed_digest(self.title, authors, self.digest.value, self.hash)

    def typed_data(self, names: Sequence[Name]) -> dict[str, Any]:
        """Return what a wallet shows and signs. names: of all authors, in their order."""
        told = [
            ShownAuthor(name.text, in_words(author.roles), name.salt)
            for name, author in zip(names, self.authors, strict=True)
        ]
        return typed_data(self.title, told, self.digest.value, self.hash)


def checked_title(text: str) -> str:
    """Return a title as it is kept: NFC, one line; raise InvalidAuthors."""
    title = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(title) <= LONGEST_TITLE or shown(title) != title:
        raise InvalidAuthors("title", most=LONGEST_TITLE)
    return title


def check_count(authors: int) -> None:
    """Check how many authors there are; raise InvalidAuthors."""
    if not 0 < authors <= MOST_AUTHORS:
        raise InvalidAuthors("count", most=MOST_AUTHORS)


def check_keys(authors: Sequence[Author]) -> None:
    """Check that no two authors sign by one key: it would be one person; raise InvalidAuthors."""
    keys = {(author.key.kind, author.key.value) for author in authors}
    if len(keys) != len(authors):
        raise InvalidAuthors("same-key")
