"""A search in what a library holds: by the first letters of a digest, or by words of title and creator,
as they were claimed or as they were corrected.

Words match whatever their case, marks on letters and kind of apostrophe are: a person who types
Ozbek or o'zbek finds “Oʻzbek” and “O‘zbek”.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidDigest

SHORTEST_PREFIX, DIGEST_DIGITS = 4, 64
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
