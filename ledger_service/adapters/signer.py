"""The ledger's Ed25519 key at work, and the check that verifiers hand to the domain."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger_service.domain.errors import InvalidCheckpointSignature
from ledger_service.domain.ledger.checkpoint import VerifierKey


class Ed25519Signer:
    """Implements ports.Signer."""

    def __init__(self, origin: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.key = VerifierKey(origin, key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def check_ed25519(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Check that the signature holds; raise InvalidCheckpointSignature otherwise."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as exc:
        raise InvalidCheckpointSignature() from exc
