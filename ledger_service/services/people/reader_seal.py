"""Seal what a reader writes under the reader's own key: once that is destroyed, nobody reads it.

A seal is 0x01, a random nonce of 12 bytes, and what AES-256-GCM makes of the text under
HKDF-SHA-256(reader's key, purpose). A reader has one key, and each purpose its own key of that.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger_service.domain.errors import SealBroken

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
_PURPOSE = b"muhr: what a reader writes: "


def seal(reader_key: bytes, purpose: str, plain: bytes) -> bytes:
    """Return sealed bytes, 29 longer than the plain ones. purpose: a word that says what they are."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _cipher(reader_key, purpose).encrypt(nonce, plain, VERSION)


def open_sealed(reader_key: bytes, purpose: str, sealed: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        SealBroken: it was sealed under another key or for another purpose, or is damaged.
    """
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] != VERSION or len(nonce) != NONCE_BYTES:
            raise InvalidTag
        return _cipher(reader_key, purpose).decrypt(nonce, rest, VERSION)
    except InvalidTag as exc:
        raise SealBroken(purpose=purpose) from exc


def _cipher(reader_key: bytes, purpose: str) -> AESGCM:
    info = _PURPOSE + purpose.encode()
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(reader_key))
