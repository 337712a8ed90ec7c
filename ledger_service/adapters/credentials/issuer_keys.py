"""The keys by which the library signs credentials: encrypted PKCS#8 beside its other keys, on P-256."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain.credentials.issuer_key import COORDINATE_BYTES, PublicKey
from ledger_service.domain.errors import NotInitialized

KIND = "issuer"


class FileIssuer:
    """Implements ports.Issuer over a folder of keys. Each key is opened once, when it is needed."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys
        self._opened: dict[str, EllipticCurvePrivateKey] = {}
        self._lock = Lock()

    def newest(self) -> PublicKey:
        """Return the key that signs from now on; one that was added meanwhile is found."""
        files = self._keys.numbered_keys(KIND)
        if not files:
            raise NotInitialized("key-file", file=f"{KIND}-1.pem")
        return public_key(self._open(files[-1]))

    def sign(self, key: PublicKey, message: bytes) -> bytes:
        for file in reversed(self._keys.numbered_keys(KIND)):
            private = self._open(file)
            if public_key(private) == key:
                return sign_with(private, message)
        raise NotInitialized("key-file", file=f"{KIND}-{key.name}")

    def _open(self, file: Path) -> EllipticCurvePrivateKey:
        with self._lock:
            if file.name not in self._opened:
                private = self._keys.open_private(file)
                if not isinstance(private, EllipticCurvePrivateKey):
                    raise NotInitialized("key-file", file=file.name)
                self._opened[file.name] = private
            return self._opened[file.name]


def make_issuer_key(keys: KeyFolder) -> None:
    """Make the first key of a library that has none; libraries of earlier versions have none."""
    if not keys.numbered_keys(KIND):
        add_issuer_key(keys)


def add_issuer_key(keys: KeyFolder) -> None:
    """Add a key, which signs from now on; raise HomeInUse while others change the keys."""
    keys.add_numbered(KIND, generate_private_key(SECP256R1()))


def public_key(private: EllipticCurvePrivateKey) -> PublicKey:
    """Return the public part of a key."""
    point = private.public_key().public_numbers()
    return PublicKey(point.x.to_bytes(COORDINATE_BYTES), point.y.to_bytes(COORDINATE_BYTES))


def sign_with(private: EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Return r and s, 32 bytes each."""
    r, s = decode_dss_signature(private.sign(message, ECDSA(SHA256())))
    return r.to_bytes(COORDINATE_BYTES) + s.to_bytes(COORDINATE_BYTES)
