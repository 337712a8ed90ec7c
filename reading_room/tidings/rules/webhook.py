"""A change as a webhook tells it, and the signature by which the receiver knows whose it is.

Source: the Standard Webhooks specification (standardwebhooks.com): headers `webhook-id`, `webhook-timestamp`
and `webhook-signature`, HMAC-SHA-256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from ledger_service.domain import canonical_json
from ledger_service.domain.instant import instant
from reading_room.tidings.rules.change import Change

PREFIX = "whsec_"
SECRET_BYTES = 32
TYPE = "resource."


def new_secret() -> str:
    """Return a new secret, as the receiver's library takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def format_body(change: Change, public_url: str, title: str, language: str) -> bytes:
    """Return what is posted: public facts, and where to read more. title: empty if none is known."""
    digest = change.digest.hex()
    data = {
        "change": change.number,
        "digest": digest,
        "entry": change.entry,
        "kind": change.kind.value,
        "language": language,
        "other": None if change.other is None else change.other.hex(),
        "page": f"{public_url}/resources/{digest}",
        "proof": f"{public_url}/api/v1/entries/{change.entry}",
        "resource": f"{public_url}/api/v1/resources/{digest}",
        "steward": change.steward.hex(),
        "title": title,
    }
    told = {"data": data, "timestamp": instant(change.at), "type": TYPE + change.kind.value}
    return canonical_json.canonicalize(told)


def headers_of(name: str, at: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Return the headers of a message. name: the same for each attempt; at: seconds since 1970 UTC."""
    signed = f"{name}.{at}.".encode() + body
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
