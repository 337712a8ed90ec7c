"""What signs credentials."""

from __future__ import annotations

from typing import Protocol

from ledger_service.domain.credentials.issuer_key import PublicKey


class Issuer(Protocol):
    """The keys by which the library signs credentials."""

    def newest(self) -> PublicKey:
        """Return the key that signs from now on; raise NotInitialized if there is none."""

    def sign(self, key: PublicKey, message: bytes) -> bytes:
        """Return r and s, 32 bytes each, of ECDSA with SHA-256; raise NotInitialized if it is not there."""
