"""A search in what a library holds: by the first letters of a digest, or by words of title and creator,
as they were claimed or as they were corrected; and the shelves on which it stands.

Words match whatever their case, marks on letters and kind of apostrophe are: a person who types
Ozbek or o'zbek finds “Oʻzbek” and “O‘zbek”.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.record_parts import PartOf

SHORTEST_PREFIX, DIGEST_DIGITS = 4, 64
COLLECTION_DIGITS = 32
_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},{DIGEST_DIGITS}}}\Z")
_APOSTROPHES = re.compile("['`´\u02b9-\u02bf\u2018-\u201b]")


@dataclass(frozen=True)
class Search:
    """prefix: how digests begin, in hexadecimal, empty for all. words: folded, all in title or creator."""

    prefix: str = ""
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, prefix: str, text: str) -> Search:
        """Return the search that a person asks for; raise InvalidDigest of what no digest begins with."""
        begins = prefix.strip().lower()
        if begins and not _PREFIX.match(begins):
            raise InvalidDigest("prefix", text=prefix[:80])
        return cls(begins, tuple(folded(text).split()))

    def bounds(self) -> tuple[bytes, bytes]:
        """Return the first and the last digest that begin so, 32 bytes each."""
        first, last = (self.prefix.ljust(DIGEST_DIGITS, digit) for digit in "0f")
        return bytes.fromhex(first), bytes.fromhex(last)

    def finds(self, title: str, creator: str) -> bool:
        """Return whether title and creator hold all words."""
        held = folded(f"{title} {creator}")
        return all(word in held for word in self.words)


EVERYTHING = Search()


def folded(text: str) -> str:
    """Return what stays of a text when case, marks on letters and apostrophes do not count."""
    plain = _APOSTROPHES.sub("", text).casefold()
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Shelf:
    """Which registrations a list has; all, if nothing is named. collection: its id."""

    license: LicenseId | None = None
    steward: StewardId | None = None
    collection: str = ""


WHOLE = Shelf()


def collection_id(host: PartOf) -> str:
    """Return the id of a collection, 32 hex; case, marks and spaces of its title do not count.

    A collection is what records name as that of which their work is a part: a series, a journal, a fund.
    Nobody hands out names of collections, so that the id of one follows from how it is named
    (docs/adr/0105).
    """
    return _collection_id(host.title, host.identifier)


@lru_cache(4096)  # of a million records, many have one of few
def _collection_id(title: str, identifier: str) -> str:
    name = identifier.strip().lower() or " ".join(folded(title).split())
    kind = "identifier" if identifier.strip() else "title"
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:COLLECTION_DIGITS]
