"""The check of Ed25519 signatures: the one thing that the standard library does not have."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muhr_verify.domain.errors import InvalidCheckpointSignature


def check_ed25519(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Check that the signature holds; raise InvalidCheckpointSignature otherwise."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as exc:
        raise InvalidCheckpointSignature() from exc
