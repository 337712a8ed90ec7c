"""What the unit tests share: keys that follow from a word."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import Ed25519Signer


@pytest.fixture(scope="session")
def new_signer() -> Callable[..., Ed25519Signer]:
    """Return a maker of signers: of a key's name, and of the word that its key follows from."""

    def make(name: str = "ledger.example.uz/main", seed: str = "ours") -> Ed25519Signer:
        secret = hashlib.sha256(seed.encode()).digest()
        return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(secret))

    return make


@pytest.fixture(scope="session")
def signer(new_signer: Callable[..., Ed25519Signer]) -> Ed25519Signer:
    """Return the signer of the ledger that tests are about."""
    return new_signer()
