"""Take bytes as they come: counted against a limit, hashed and handed on in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from ledger_service.domain.errors import TruncatedUpload


class Target(Protocol):
    """What takes the bytes in the end."""

    def write(self, data: bytes) -> None:
        """Take the next bytes; they are copied or used up when this returns."""


class IncomingBytes:
    """Bytes on their way in. check: is told how many there are so far, and raises if they are too many."""

    def __init__(self, target: Target, check: Callable[[int], None]) -> None:
        self._target = target
        self._check = check
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise what `check` does as soon as the limit is passed."""
        self.size_bytes += len(data)
        self._check(self.size_bytes)
        self._hash.update(data)
        self._target.write(data)

    def digest(self) -> bytes:
        """Return the SHA-256 of the bytes so far."""
        return self._hash.digest()

    def check_arrived(self, announced_bytes: int | None) -> None:
        """Check that all have come; raise TruncatedUpload if it is another number than announced."""
        if announced_bytes is not None and self.size_bytes != announced_bytes:
            raise TruncatedUpload(found=self.size_bytes, announced=announced_bytes)
