"""Seal small values that several people share, such as a name or a part of a paper, under one random key.

Where the key lies, it is wrapped by the key keeper and bound to what it is for; whoever deletes that wrap
destroys all that was sealed. A seal is 0x01, a random nonce of 12 bytes, and what AES-256-GCM makes of the
value; its associated data are 0x01 and the purpose. What one reader writes for themselves is sealed under
the reader's own key (services/people/reader_seal). Source: docs/formats.md §8.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_service.domain.content.sealing import KEY_BYTES
from ledger_service.domain.errors import SealBroken
from ledger_service.ports.content import KeyKeeper

VERSION = b"\x01"
NONCE_BYTES = 12
SMALL_SEAL_BYTES = len(VERSION) + NONCE_BYTES + 16
"""By so much a sealed value is longer than the plain one."""
LARGEST_SMALL_BYTES = 1 << 24
"""Of a plain value: what is larger belongs into the content store."""


class SmallKey:
    """A key that was unwrapped, for who seals or opens much; it lives in memory only and is never shown."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "SmallKey(…)"

    def seal(self, plain: bytes, purpose: str = "") -> bytes:
        """Return sealed bytes, SMALL_SEAL_BYTES longer. purpose: a word that says what they are.

        Raises ValueError for more than LARGEST_SMALL_BYTES: callers bound what they take.
        """
        if len(plain) > LARGEST_SMALL_BYTES:
            raise ValueError(f"{len(plain)} bytes are not small")
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, VERSION + purpose.encode())

    def open(self, sealed: bytes, purpose: str = "") -> bytes:
        """Return what was sealed.

        Raises:
            SealBroken: it was sealed under another key or for another purpose, or is damaged.
        """
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if sealed[:1] != VERSION or len(nonce) != NONCE_BYTES:
                raise InvalidTag
            return self._cipher.decrypt(nonce, rest, VERSION + purpose.encode())
        except InvalidTag as exc:
            raise SealBroken("shared", purpose=purpose) from exc


def new_small_key(keeper: KeyKeeper, bound_to: bytes) -> bytes:
    """Return a new random key as it may be stored. bound_to: see domain/content/sealing.small_bound_to.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
    """
    return keeper.wrap(secrets.token_bytes(KEY_BYTES), bound_to)


def open_small_key(keeper: KeyKeeper, wrapped_key: bytes, bound_to: bytes) -> SmallKey:
    """Return the key that was wrapped for this.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
        ContentKeyWrong: it was wrapped by another one, or for something else, or is damaged.
    """
    return SmallKey(keeper.unwrap(wrapped_key, bound_to))


def seal_small(
    keeper: KeyKeeper, wrapped_key: bytes, bound_to: bytes, plain: bytes, purpose: str = ""
) -> bytes:
    """Return one value sealed; raise as `open_small_key`."""
    return open_small_key(keeper, wrapped_key, bound_to).seal(plain, purpose)


def open_small(
    keeper: KeyKeeper, wrapped_key: bytes, bound_to: bytes, sealed: bytes, purpose: str = ""
) -> bytes:
    """Return one value that was sealed; raise as `open_small_key`, and SealBroken."""
    return open_small_key(keeper, wrapped_key, bound_to).open(sealed, purpose)
