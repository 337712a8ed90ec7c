"""Signs what a library says of itself, by the keys in its folder as they are when it is asked."""

from __future__ import annotations

from collections.abc import Callable

from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.publication.cosignature import WitnessKey

REGISTRAR = "registrar"
V_OFFSET = 27  # source: Yellow Paper, appendix F


def no_witness() -> None:
    """Return that a library has no witness of its own."""


class KeyAnnouncer:
    """Implements ports.Announcer. origin: of the ledger; witness: returns the signer of our witness."""

    def __init__(
        self,
        keys: KeyFolder,
        origin: str,
        witness: Callable[[], Ed25519Signer | None] = no_witness,
    ) -> None:
        self._keys = keys
        self._origin = origin
        self._witness = witness

    @property
    def registrar(self) -> str:
        return self._keys.address(REGISTRAR)

    @property
    def witness(self) -> str:
        signer = self._witness()
        return "" if signer is None else WitnessKey(signer.key.name, signer.key.public_key).format()

    def sign(self, message: bytes) -> bytes:
        return self._keys.ledger_signer(self._origin).sign(message)

    def sign_by_witness(self, message: bytes) -> bytes:
        signer = self._witness()
        return b"" if signer is None else signer.sign(message)

    def sign_digest(self, digest: bytes) -> bytes:
        return signed_by(self._keys.secp256k1(REGISTRAR), digest)


def signed_by(key: bytes, digest: bytes) -> bytes:
    """Return the signature (r, s, v: 65 bytes) of a key of 32 bytes over 32 bytes."""
    signature = PrivateKey(key).sign_msg_hash(digest).to_bytes()
    return signature[:-1] + bytes([signature[-1] + V_OFFSET])
