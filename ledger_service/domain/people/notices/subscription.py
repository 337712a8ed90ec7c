"""A browser that is told by a push that there is news: where its maker's service takes pushes, and the keys.

Sources: W3C Push API, RFC 8030; RFC 8291 §2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ledger_service.domain.errors import InvalidInput

KEY_BYTES, SECRET_BYTES = 65, 16
LONGEST_ENDPOINT = 1000  # characters
LONGEST_KEY = 100  # characters of base64url


@dataclass(frozen=True)
class Subscription:
    """endpoint: a URL that lets whoever has it push; key: of the browser, a point of P-256, uncompressed.

    secret: that browser and library share, 16 bytes; language: of the text, a tag.
    """

    endpoint: str
    key: bytes
    secret: bytes
    language: str

    @classmethod
    def of(cls, endpoint: str, key: str, secret: str, language: str) -> Subscription:
        """Return a subscription as a browser gives it, its keys in base64url; raise InvalidInput."""
        return cls(endpoint, _bytes(key, KEY_BYTES), _bytes(secret, SECRET_BYTES), language)

    @property
    def id(self) -> str:
        """By what it is named: SHA-256 of the endpoint, 64 hex, which lets nobody push."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()

    @property
    def host(self) -> str:
        """Whose service it is."""
        return urlsplit(self.endpoint).hostname or ""

    def to_json(self) -> dict[str, str]:
        """Return it as JSON has it; inverse of `from_json`."""
        return {
            "endpoint": self.endpoint,
            "key": self.key.hex(),
            "secret": self.secret.hex(),
            "language": self.language,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Subscription:
        """Return what `to_json` gave."""
        key, secret = bytes.fromhex(told["key"]), bytes.fromhex(told["secret"])
        return cls(told["endpoint"], key, secret, told["language"])


def _bytes(text: str, length: int) -> bytes:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise InvalidInput("push-keys")
    return found
