"""A key by which credentials are signed, in memory."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from ledger_service.adapters.credentials.issuer_keys import public_key, sign_with
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.errors import NotInitialized


class IssuerSimulator:
    """Implements ports.Issuer with keys that follow from words; the last word's key is the newest."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)

    def newest(self) -> PublicKey:
        return public_key(_private(self.words[-1]))

    def sign(self, key: PublicKey, message: bytes) -> bytes:
        for word in self.words:
            if public_key(_private(word)) == key:
                return sign_with(_private(word), message)
        raise NotInitialized("key-file", file=key.name)


def _private(word: str):  # type: ignore[no-untyped-def]
    secret = int.from_bytes(hashlib.sha256(word.encode()).digest()) >> 1
    return derive_private_key(secret, SECP256R1())
