"""What stands on a shelf, and what is searched for again; whatever a reader writes has its bounds."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidDigest, InvalidShelf
from ledger_service.domain.identifiers import Digest

LONGEST_NOTE = 2_000  # characters, as all that follow
LONGEST_TAG = 60
MOST_TAGS = 20
LONGEST_NAME = 100
LONGEST_QUERY = 1_000
MARK_DIGITS = 16
LARGEST_TIME = 2**53
_PARTS_OF_QUERY = 50


@dataclass(frozen=True)
class Item:
    """A resource on a shelf. tags: sorted, each once; added_at: seconds since 1970 UTC."""

    digest: Digest
    added_at: int
    note: str = ""
    tags: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What the reader wrote of it, as 16 hex: whoever changes it says by this what they had seen."""
        told = canonical_json.canonicalize({"note": self.note, "tags": list(self.tags)})
        return hashlib.sha256(told).hexdigest()[:MARK_DIGITS]

    def value(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "digest": self.digest.hex(),
            "added_at": self.added_at,
            "note": self.note,
            "tags": list(self.tags),
        }


@dataclass(frozen=True)
class SavedSearch:
    """What is searched for again. query: as an address has it after its question mark."""

    name: str
    query: str

    def value(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "query": self.query}


def made_item(digest: Digest, added_at: int, note: str, tags: list[str]) -> Item:
    """Return an item of what a person wrote; raise InvalidShelf if it is too long or too much."""
    text = unicodedata.normalize("NFC", note.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST_NOTE:
        raise InvalidShelf("note", most=LONGEST_NOTE)
    return Item(digest, added_at, _printable(text, "\n"), made_tags(tags))


def made_tags(given: list[str]) -> tuple[str, ...]:
    """Return tags in order, each once, however its letters are composed; raise InvalidShelf."""
    lines = (" ".join(unicodedata.normalize("NFC", one).split()) for one in given)
    tags = sorted({_printable(one) for one in lines if one})
    if len(tags) > MOST_TAGS:
        raise InvalidShelf("tags", most=MOST_TAGS)
    if any(len(tag) > LONGEST_TAG or "," in tag for tag in tags):
        raise InvalidShelf("tag", most=LONGEST_TAG)
    return tuple(tags)


def made_search(name: str, query: str) -> SavedSearch:
    """Return a search that is kept, its query spelled in one way; raise InvalidShelf."""
    line = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(line) <= LONGEST_NAME:
        raise InvalidShelf("search-name", most=LONGEST_NAME)
    try:
        pairs = parse_qsl(query, max_num_fields=_PARTS_OF_QUERY)
    except ValueError as exc:
        raise InvalidShelf("search-query", most=LONGEST_QUERY) from exc
    spelled = urlencode([(key, value) for key, value in pairs if key != "cursor"])
    if not 1 <= len(spelled) <= LONGEST_QUERY:
        raise InvalidShelf("search-query", most=LONGEST_QUERY)
    return SavedSearch(_printable(line), spelled)


def read_item(value: object) -> Item:
    """Return the item of a value of JSON; raise InvalidShelf."""
    fields = _members(value, {"digest", "added_at", "note", "tags"})
    added_at, tags = fields["added_at"], fields["tags"]
    if not _is_time(added_at) or not isinstance(tags, list):
        raise InvalidShelf("form")
    try:
        digest = Digest.parse(_text(fields["digest"]))
    except InvalidDigest as exc:
        raise InvalidShelf("form") from exc
    return made_item(digest, added_at, _text(fields["note"]), [_text(tag) for tag in tags])


def read_search(value: object) -> SavedSearch:
    """Return the saved search of a value of JSON; raise InvalidShelf."""
    fields = _members(value, {"name", "query"})
    return made_search(_text(fields["name"]), _text(fields["query"]))


def _members(value: object, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not names <= value.keys():
        raise InvalidShelf("form")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidShelf("form")
    return value


def _is_time(value: object) -> bool:
    return type(value) is int and 0 <= value < LARGEST_TIME


def _printable(text: str, allowed: str = "") -> str:
    """Return a text that has no control characters but those allowed; raise InvalidShelf for another."""
    if any(unicodedata.category(mark) in ("Cc", "Cs") and mark not in allowed for mark in text):
        raise InvalidShelf("letters")
    return text
