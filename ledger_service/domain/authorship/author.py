"""An author of a statement: a name behind a commitment, roles, and the key that will sign.

The name is told beside the statement, with its salt, so that it can be taken away later and every signature
still holds. Normative text: docs/formats.md, “Works that their authors signed”.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain.authorship.credit import CreditRole, in_words, roles_of
from ledger_service.domain.authorship.typed_data import author_hash
from ledger_service.domain.errors import InvalidAuthors
from ledger_service.domain.printable_text import shown

SALT_BYTES = 32
LONGEST_NAME = 120  # characters
WHOLE = 1000
"""A share of a text is told in thousandths of it."""
_TAG = b"muhr: name of an author\n"
_HEX32 = re.compile(r"[0-9a-f]{64}\Z")
_ACCOUNT = re.compile(r"[0-9a-f]{40}\Z")
_PUBLIC_KEY = re.compile(r"(?:[0-9a-f]{2}){16,1024}\Z")
_ORIGIN = re.compile(r"https?://[!-~]{1,200}\Z")


class KeyKind(StrEnum):
    """By what an author signs."""

    WALLET = "wallet"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class AuthorKey:
    """The public part of a key. value: of a wallet its account, 40 hex; of a passkey its COSE key, hex.

    origin: of a passkey, the site whose pages ask for it, as browsers write it.
    """

    kind: KeyKind
    value: str
    origin: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the form that `from_json` reads."""
        if self.kind is KeyKind.WALLET:
            return {"type": self.kind.value, "account": self.value}
        return {"type": self.kind.value, "origin": self.origin, "public_key": self.value}

    @classmethod
    def from_json(cls, value: Any) -> AuthorKey:
        """Return the key of a JSON object with exactly its members; raise InvalidAuthors."""
        if isinstance(value, dict) and value.get("type") == KeyKind.WALLET:
            found = members(value, {"type", "account"})
            return cls(KeyKind.WALLET, _matched(found["account"], _ACCOUNT))
        found = members(value, {"type", "origin", "public_key"})
        if found["type"] != KeyKind.PASSKEY:
            raise InvalidAuthors("form")
        origin = _matched(found["origin"], _ORIGIN)
        return cls(KeyKind.PASSKEY, _matched(found["public_key"], _PUBLIC_KEY), origin)


@dataclass(frozen=True)
class Name:
    """An author's name as they chose to show it, and the salt of 32 bytes that hides it."""

    text: str
    salt: bytes

    def commitment(self) -> bytes:
        """Return the 32 bytes that stand for the name: SHA-256(tag ‖ salt ‖ name in UTF-8)."""
        return hashlib.sha256(_TAG + self.salt + self.text.encode()).digest()


@dataclass(frozen=True)
class Author:
    """What a statement says of one author.

    name: the commitment to it; shown: what EIP-712 makes of name, roles and salt, which is what a wallet
    shows; share: of the text in thousandths, as the authors agree to tell it, None if they do not.
    """

    name: bytes
    shown: bytes
    key: AuthorKey
    roles: tuple[CreditRole, ...]
    share: int | None = None

    @classmethod
    def of(
        cls, name: Name, key: AuthorKey, roles: tuple[CreditRole, ...], share: int | None = None
    ) -> Author:
        """Return the author of this name."""
        told = author_hash(name.text, in_words(roles), name.salt)
        return cls(name.commitment(), told, key, roles, share)

    def is_named(self, name: Name) -> bool:
        """Return whether this is the author's name, by both of its commitments."""
        own = author_hash(name.text, in_words(self.roles), name.salt)
        same = hmac.compare_digest(name.commitment(), self.name)
        return same and hmac.compare_digest(own, self.shown)

    def to_json(self) -> dict[str, Any]:
        """Return the form that `from_json` reads."""
        return {
            "key": self.key.to_json(),
            "name": self.name.hex(),
            "roles": [role.value for role in self.roles],
            "share": self.share,
            "shown": self.shown.hex(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Author:
        """Return the author of a JSON object with exactly its members; raise InvalidAuthors."""
        found = members(value, {"key", "name", "roles", "share", "shown"})
        words, share = found["roles"], found["share"]
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise InvalidAuthors("form")
        roles = roles_of(words)
        if [role.value for role in roles] != words:
            raise InvalidAuthors("form")
        check_share(share)
        return cls(
            hex32(found["name"]),
            hex32(found["shown"]),
            AuthorKey.from_json(found["key"]),
            roles,
            share,
        )


def checked_name(text: str) -> str:
    """Return a name as it is kept: NFC, one line, blanks at its ends away; raise InvalidAuthors."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or shown(name) != name:
        raise InvalidAuthors("name", most=LONGEST_NAME)
    return name


def check_share(share: Any) -> None:
    """Check a share of a text; raise InvalidAuthors."""
    if share is not None and not (type(share) is int and 0 <= share <= WHOLE):
        raise InvalidAuthors("form")


def members(value: Any, names: set[str]) -> Mapping[str, Any]:
    """Return a JSON object that has exactly these members; raise InvalidAuthors."""
    if not isinstance(value, dict) or set(value) != names:
        raise InvalidAuthors("form")
    return value


def hex32(value: Any) -> bytes:
    """Return the 32 bytes of 64 lower-case hex digits; raise InvalidAuthors."""
    return bytes.fromhex(_matched(value, _HEX32))


def _matched(value: Any, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or pattern.match(value) is None:
        raise InvalidAuthors("form")
    return value
