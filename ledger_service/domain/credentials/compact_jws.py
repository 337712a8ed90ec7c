"""The compact form of a signed token (RFC 7515 §7.1): three parts in base64url, joined by dots."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidCredential, InvalidJson

ALGORITHM = "ES256"
SIGNATURE_BYTES = 64
LONGEST_TOKEN = 262_144  # characters, of a token with its disclosures

Sign = Callable[[bytes], bytes]
"""Returns the signature of a message: r and s of ECDSA on P-256 with SHA-256, 32 bytes each."""


def encode64(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode64(text: str) -> bytes:
    """Return the bytes of base64url; raise InvalidCredential for any other spelling than `encode64`'s."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as exc:
        raise InvalidCredential("not-base64url") from exc
    if encode64(data) != text:
        raise InvalidCredential("not-base64url")
    return data


@dataclass(frozen=True)
class Token:
    """A token as it came; whether its signature holds, somebody else says. signed: what it is over."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def parse(cls, text: str) -> Token:
        """Return the token; raise InvalidCredential for what is none, or names another algorithm."""
        parts = text.split(".")
        if len(parts) != 3 or len(text) > LONGEST_TOKEN or not text.isascii():
            raise InvalidCredential("not-a-token")
        header, payload = (_object(part) for part in parts[:2])
        signature = decode64(parts[2])
        if header.get("alg") != ALGORITHM or len(signature) != SIGNATURE_BYTES or "crit" in header:
            raise InvalidCredential("algorithm", wanted=ALGORITHM)
        return cls(header, payload, ".".join(parts[:2]).encode(), signature)

    def text(self, name: str) -> str:
        """Return a member of the payload that is text; raise InvalidCredential if there is none."""
        value = self.payload.get(name)
        if not isinstance(value, str):
            raise InvalidCredential("no-member", name=name)
        return value

    def number(self, name: str) -> int:
        """Return a member of the payload that is a whole number; raise InvalidCredential otherwise."""
        value = self.payload.get(name)
        if type(value) is not int:
            raise InvalidCredential("no-member", name=name)
        return value


def sign_token(header: Mapping[str, object], payload: Mapping[str, object], sign: Sign) -> str:
    """Return the token of a payload. header: without the algorithm."""
    written = (dict(header) | {"alg": ALGORITHM}, dict(payload))
    signed = ".".join(encode64(canonical_json.canonicalize(part)) for part in written)
    return f"{signed}.{encode64(sign(signed.encode()))}"


def _object(part: str) -> Mapping[str, Any]:
    try:
        value = foreign_json.parse(decode64(part), LONGEST_TOKEN)
    except InvalidJson as exc:
        raise InvalidCredential("not-json") from exc
    if not isinstance(value, dict):
        raise InvalidCredential("not-json")
    return value
