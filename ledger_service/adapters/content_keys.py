"""The key-encryption keys in files beside the library's other keys, under their password.

A wrap is 81 bytes: 0x01, the name of the key-encryption key (20 bytes), a random nonce (12), and what
AES-256-GCM makes of the 32 bytes of the key (48, its tag included). Its associated data is the first 21 bytes
and what the key is bound to. Source: docs/formats.md §8.
"""

from __future__ import annotations

import secrets
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain.content.sealing import KEY_BYTES, TAG_BYTES
from ledger_service.domain.errors import (
    ContentKeyUnavailable,
    ContentKeyWrong,
    HomeInUse,
    InvalidInput,
    NotInitialized,
)

WRAP_VERSION = 1
NAME_BYTES = 20
NONCE_BYTES = 12
_HEAD_BYTES = 1 + NAME_BYTES
WRAP_BYTES = _HEAD_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES


def wrap_key(by: bytes, name: str, key: bytes, bound_to: bytes) -> bytes:
    """Return a key of 32 bytes, encrypted by the key-encryption key of this name (40 hex digits)."""
    head = bytes([WRAP_VERSION]) + bytes.fromhex(name)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCM(by).encrypt(nonce, key, head + bound_to)


def name_in(wrapped: bytes) -> str:
    """Return the name of the key-encryption key that made a wrap.

    Raises:
        ContentKeyWrong: it is no wrap.
    """
    if len(wrapped) != WRAP_BYTES or wrapped[0] != WRAP_VERSION:
        raise ContentKeyWrong("damaged")
    return wrapped[1:_HEAD_BYTES].hex()


def unwrap_key(by: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
    """Return the key that a wrap holds.

    Raises:
        ContentKeyWrong: it was made by another key, bound to other bytes, or is damaged.
    """
    head, rest = wrapped[:_HEAD_BYTES], wrapped[_HEAD_BYTES:]
    try:
        return AESGCM(by).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + bound_to)
    except InvalidTag as exc:
        raise ContentKeyWrong("damaged") from exc


class FileKeeper:
    """Implements ports.KeyKeeper over a folder of keys. A key is opened once, when it is first needed."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys
        self._opened: dict[str, bytes] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The account that the newest key would have if it were one of a chain."""
        return self._newest()

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        name = self._newest()
        return wrap_key(self._open(name), name, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        name = name_in(wrapped)
        return unwrap_key(self._open(name), wrapped, bound_to)

    def _newest(self) -> str:
        """Return the name of the key that wraps; a library from before there were any gets its first."""
        with self._lock:
            names = self._keys.content_keys()
            if names:
                return names[-1]
            try:
                return self._keys.add_content_key()
            except (NotInitialized, HomeInUse, OSError) as exc:
                raise ContentKeyUnavailable("not-made") from exc

    def _open(self, name: str) -> bytes:
        with self._lock:  # to open one takes a tenth of a second of a core and 32 MiB
            if name not in self._opened:
                self._opened[name] = self._read(name)
            return self._opened[name]

    def _read(self, name: str) -> bytes:
        names = self._keys.content_keys()
        if not names:
            raise ContentKeyUnavailable("missing", name=name)
        if name not in names:
            raise ContentKeyWrong("other", name=name)
        try:
            return self._keys.content_key(name)
        except (InvalidInput, NotInitialized) as exc:
            raise ContentKeyUnavailable("closed", name=name) from exc
