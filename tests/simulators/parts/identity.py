"""Whose library a bench has: its names, its ledger's key, and the accounts that it acts by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.identifiers import LedgerId, StewardId
from tests.simulators.parts.own_accounts import OWN, OwnAccounts

ORIGIN = "ledger.example.uz/main"
STEWARD_URI = "https://library.example.uz"


def signer_of(seed: str, origin: str = ORIGIN) -> Ed25519Signer:
    """Return a signer whose key follows from a word."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
    return Ed25519Signer(origin, key)


@dataclass(frozen=True)
class Identity:
    """name, uri: of the institution. seed: of the ledger's key. accounts: 40 hex, by role."""

    name: str = "Example library"
    uri: str = STEWARD_URI
    origin: str = ORIGIN
    seed: str = "ledger"
    accounts: tuple[tuple[str, str], ...] = tuple(OWN.items())

    @property
    def steward(self) -> StewardId:
        return StewardId.of_uri(self.uri)

    @property
    def ledger(self) -> LedgerId:
        return LedgerId.of_origin(self.origin)

    @property
    def signer(self) -> Ed25519Signer:
        return signer_of(self.seed, self.origin)

    @property
    def own(self) -> OwnAccounts:
        """Return the accounts that it has keys for."""
        return OwnAccounts(dict(self.accounts))


EXAMPLE = Identity()
"""The library of most tests, which is alone."""
