"""Tokens of which the holder shows some fields: SD-JWT (RFC 9901), with fields at the top level.

A field is disclosed by a salted text, of which the signed token holds only the digest. Who gets the token
without a field's text learns neither its value nor that it has this name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.credentials.compact_jws import (
    LONGEST_TOKEN,
    Token,
    decode64,
    encode64,
)
from ledger_service.domain.errors import InvalidCredential, InvalidJson

SALT_BYTES = 16  # RFC 9901 §9.3: 128 bits
HASH = "sha-256"
MOST_FIELDS = 32
_RESERVED = frozenset({"_sd", "...", "_sd_alg"})

Value = str | int


@dataclass(frozen=True)
class Disclosure:
    """One field. text: as it is handed on, base64url of a salt, the name and the value in JSON."""

    text: str
    name: str
    value: Any

    @classmethod
    def make(cls, salt: bytes, name: str, value: Value) -> Disclosure:
        """Return the disclosure of a field. salt: 16 random bytes, of this field alone."""
        written = canonical_json.canonicalize([encode64(salt), name, value])
        return cls(encode64(written), name, value)

    @classmethod
    def parse(cls, text: str) -> Disclosure:
        """Return a disclosure that came; raise InvalidCredential for what is none of a named field."""
        try:
            value = foreign_json.parse(decode64(text), LONGEST_TOKEN)
        except InvalidJson as exc:
            raise InvalidCredential("disclosure") from exc
        if not isinstance(value, list) or len(value) != 3:
            raise InvalidCredential("disclosure")
        salt, name, told = value
        if not isinstance(salt, str) or not isinstance(name, str) or name in _RESERVED:
            raise InvalidCredential("disclosure")
        return cls(text, name, told)

    @property
    def digest(self) -> str:
        """SHA-256 of its text, in base64url, as the token holds it."""
        return encode64(hashlib.sha256(self.text.encode()).digest())


@dataclass(frozen=True)
class Presentation:
    """A token with what its holder shows of it. binding: a token by the holder's key, or nothing."""

    issued: str
    disclosures: tuple[Disclosure, ...]
    binding: str = ""

    @classmethod
    def parse(cls, text: str) -> Presentation:
        """Return what was presented; raise InvalidCredential for what is no SD-JWT."""
        text = text.strip()
        if len(text) > LONGEST_TOKEN or "~" not in text:
            raise InvalidCredential("not-sd-jwt")
        issued, *shown, binding = text.split("~")
        if len(shown) > MOST_FIELDS:
            raise InvalidCredential("fields", most=MOST_FIELDS)
        return cls(issued, tuple(Disclosure.parse(one) for one in shown), binding)

    def format(self) -> str:
        """Return the text of RFC 9901 §4; inverse of `parse`."""
        return self.bound_part + self.binding

    @property
    def bound_part(self) -> str:
        """What the holder's key signs the digest of."""
        return "~".join([self.issued, *(one.text for one in self.disclosures), ""])

    @property
    def sd_hash(self) -> str:
        """The digest that a token by the holder's key has to name (RFC 9901 §4.3.1)."""
        return encode64(hashlib.sha256(self.bound_part.encode()).digest())

    def show(self, names: Sequence[str]) -> Presentation:
        """Return the token with only these fields, and bound to no key."""
        shown = tuple(one for one in self.disclosures if one.name in names)
        return Presentation(self.issued, shown)

    def claims(self) -> dict[str, Any]:
        """Return what the token says, with the fields that are shown and without digests.

        The signature is somebody else's to check.

        Raises:
            InvalidCredential: a field is shown that the token does not hold, or twice (RFC 9901 §7.1).
        """
        payload = dict(Token.parse(self.issued).payload)
        digests, names = held_digests(payload), [one.name for one in self.disclosures]
        if len(set(names)) != len(names) or not payload.keys().isdisjoint(names):
            raise InvalidCredential("field-twice")
        if any(one.digest not in digests for one in self.disclosures):
            raise InvalidCredential("field-not-held")
        payload.pop("_sd", None)
        payload.pop("_sd_alg", None)
        return payload | {one.name: one.value for one in self.disclosures}


def held_digests(payload: Mapping[str, Any]) -> list[str]:
    """Return the digests of a token's fields; raise InvalidCredential for a malformed list."""
    found = payload.get("_sd", [])
    if payload.get("_sd_alg", HASH) != HASH:
        raise InvalidCredential("hash", wanted=HASH)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InvalidCredential("not-json")
    if len(set(found)) != len(found):
        raise InvalidCredential("field-twice")
    return found


def hide(claims: Mapping[str, object], fields: Sequence[Disclosure]) -> dict[str, object]:
    """Return the payload that holds the digests of these fields beside what everybody sees."""
    return {**claims, "_sd": sorted(one.digest for one in fields), "_sd_alg": HASH}
