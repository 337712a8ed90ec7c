"""The public key of who issues credentials: a point of P-256, as a JSON Web Key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.compact_jws import ALGORITHM, decode64, encode64
from ledger_service.domain.errors import InvalidCredential
from ledger_service.domain.identifiers import Digest

COORDINATE_BYTES = 32


@dataclass(frozen=True)
class PublicKey:
    """x, y: 32 bytes each; that they are a point of the curve is checked where a signature is."""

    x: bytes
    y: bytes

    def __post_init__(self) -> None:
        if len(self.x) != COORDINATE_BYTES or len(self.y) != COORDINATE_BYTES:
            raise InvalidCredential("key")

    @classmethod
    def of_jwk(cls, jwk: object) -> PublicKey:
        """Return the key of a JSON Web Key; raise InvalidCredential for another kind, or a secret one."""
        if not isinstance(jwk, Mapping) or "d" in jwk:
            raise InvalidCredential("key")
        x, y = jwk.get("x"), jwk.get("y")
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            raise InvalidCredential("key")
        if not isinstance(x, str) or not isinstance(y, str):
            raise InvalidCredential("key")
        return cls(decode64(x), decode64(y))

    @classmethod
    def of_bytes(cls, data: bytes) -> PublicKey:
        """Return the key of 64 bytes; inverse of `raw`."""
        return cls(data[:COORDINATE_BYTES], data[COORDINATE_BYTES:])

    @property
    def raw(self) -> bytes:
        """X and y."""
        return self.x + self.y

    @property
    def thumbprint(self) -> Digest:
        """Its SHA-256 thumbprint (RFC 7638): what an `attested` entry of type `issuer-key` holds."""
        return Digest(hashlib.sha256(canonical_json.canonicalize(self._required)).digest())

    @property
    def name(self) -> str:
        """The thumbprint in base64url, by which tokens name the key."""
        return encode64(self.thumbprint.value)

    @property
    def jwk(self) -> dict[str, str]:
        """The key as verifiers read it."""
        return {**self._required, "kid": self.name, "alg": ALGORITHM, "use": "sig"}

    @property
    def bound(self) -> dict[str, str]:
        """The key as a credential names that of its holder."""
        return self._required

    @property
    def _required(self) -> dict[str, str]:
        return {"crv": "P-256", "kty": "EC", "x": encode64(self.x), "y": encode64(self.y)}
