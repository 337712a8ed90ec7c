"""Seal a stream of bytes, and open single segments of it: Tink's AES256_GCM_HKDF_1MB, on `cryptography`.

A header is its own length, a salt of 32 random bytes and a nonce's first 7. The key of the segments is what
HKDF-SHA-256 makes of the seal's key, the salt and the associated data. A segment's nonce is the 7 bytes,
the segment's number and whether it is the last: none can be moved, left out or cut off unnoticed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ipfs.protocols import BytesLike
from ledger_service.domain.content.sealing import (
    HEADER_BYTES,
    KEY_BYTES,
    NONCE_PREFIX_BYTES,
    SALT_BYTES,
    SEGMENT_BYTES,
    TAG_BYTES,
    TEXT_BYTES,
    segment_count,
    segment_start,
)
from ledger_service.domain.errors import ContentCorrupt
from ledger_service.ports.content import Seal


class SealingStream:
    """Plain bytes in, segments of ciphertext out; holds two segments."""

    def __init__(self, seal: Seal, put: Callable[[BytesLike], None]) -> None:
        """put: is lent each segment in turn, the first with the header, for the length of the call."""
        salt, prefix = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_PREFIX_BYTES)
        header = bytes([HEADER_BYTES]) + salt + prefix
        self._cipher = _SegmentCipher(seal, header)
        self._put = put
        self._text = bytearray(TEXT_BYTES)
        self._sealed = bytearray(SEGMENT_BYTES)
        self._sealed[:HEADER_BYTES] = header
        self._number = 0
        # The header takes the room that it has in its segment.
        self._filled = self._start = HEADER_BYTES

    def write(self, data: BytesLike) -> None:
        """Take the next plain bytes."""
        with memoryview(data) as given, given.cast("B") as octets:
            at = 0
            while at < len(octets):
                if self._filled == TEXT_BYTES:  # more follows, so that it is not the last
                    self._seal(is_last=False)
                taken = min(len(octets) - at, TEXT_BYTES - self._filled)
                self._text[self._filled : self._filled + taken] = octets[at : at + taken]
                self._filled += taken
                at += taken

    def finish(self) -> None:
        """Put the last segment, which may hold no plain bytes."""
        self._seal(is_last=True)

    def _seal(self, *, is_last: bool) -> None:
        end = self._filled + TAG_BYTES
        with memoryview(self._text) as text, memoryview(self._sealed) as sealed:
            nonce = self._cipher.nonce(self._number, is_last=is_last)
            self._cipher.aead.encrypt_into(
                nonce, text[self._start : self._filled], None, sealed[self._start : end]
            )
            with sealed[:end] as whole:
                self._put(whole)
        self._number += 1
        self._filled = self._start = 0


class SealedFile:
    """Opens segments of one sealed file. Only what is derived for this file is held, not the seal's key."""

    def __init__(self, seal: Seal, header: bytes, plain_bytes: int) -> None:
        """header: the first 40 bytes of the ciphertext. Raises ContentCorrupt if it is none."""
        if len(header) != HEADER_BYTES or header[0] != HEADER_BYTES:
            raise ContentCorrupt("segment")
        self._cipher = _SegmentCipher(seal, header)
        self._plain_bytes = plain_bytes
        self._last = segment_count(plain_bytes) - 1

    def open(self, number: int, block: bytes) -> bytes:
        """Return the plain bytes of a segment, all of them or none.

        Raises:
            InvalidTag: the block is not this segment of this file under this seal.
        """
        is_last = number == self._last
        sealed = memoryview(block)[0 if number else HEADER_BYTES :]
        nonce = self._cipher.nonce(number, is_last=is_last)
        if len(sealed) < TAG_BYTES:
            raise InvalidTag
        plain = self._cipher.aead.decrypt(nonce, sealed, None)
        end = self._plain_bytes if is_last else segment_start(number + 1)
        if len(plain) != end - segment_start(number):  # the file has another size than was said
            raise InvalidTag
        return plain


class _SegmentCipher:
    def __init__(self, seal: Seal, header: bytes) -> None:
        salt = header[1 : 1 + SALT_BYTES]
        self._prefix = header[1 + SALT_BYTES :]
        derived = HKDF(SHA256(), KEY_BYTES, salt, seal.bound_to).derive(seal.key)
        self.aead = AESGCM(derived)

    def nonce(self, number: int, *, is_last: bool) -> bytes:
        """Return the 12 bytes for a segment."""
        return self._prefix + number.to_bytes(4, "big") + bytes([is_last])
