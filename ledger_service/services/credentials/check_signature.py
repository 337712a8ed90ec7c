"""Check signatures of tokens: ECDSA on P-256 with SHA-256."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger_service.domain.credentials.compact_jws import Token
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.errors import InvalidCredential

HALF_BYTES = 32


def check_signature(token: Token, key: PublicKey) -> None:
    """Check that this key signed the token; raise InvalidCredential otherwise."""
    r, s = (
        int.from_bytes(part)
        for part in (token.signature[:HALF_BYTES], token.signature[HALF_BYTES:])
    )
    try:
        public = _numbers(key).public_key()
        public.verify(encode_dss_signature(r, s), token.signed, ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as exc:
        raise InvalidCredential("signature") from exc


def check_point(key: PublicKey) -> None:
    """Check that this is a point of the curve; raise InvalidCredential otherwise."""
    try:
        _numbers(key).public_key()
    except ValueError as exc:
        raise InvalidCredential("key") from exc


def _numbers(key: PublicKey) -> EllipticCurvePublicNumbers:
    return EllipticCurvePublicNumbers(int.from_bytes(key.x), int.from_bytes(key.y), SECP256R1())
