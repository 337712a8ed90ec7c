"""Keyed tags: by them a library finds what is a reader's, without their name, while their key stands."""

from __future__ import annotations

import hashlib
import hmac

_BEGIN = b"muhr: a reader's tag: "


def reader_tag(reader_key: bytes, purpose: str, value: bytes = b"") -> bytes:
    """Return the tag of 32 bytes of a value for a purpose; without the key nobody can tell whose it is.

    HMAC-SHA-256 under the reader's key of 32 bytes. purpose: a word without a zero byte, which parts tags of
    different uses.
    """
    return hmac.digest(reader_key, _BEGIN + purpose.encode() + b"\0" + value, hashlib.sha256)
