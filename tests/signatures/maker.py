"""What a mutation is, and what it works on: the right intent of a type, and the keys to sign others."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.evm.relaying import signed_digest, typed_data_of
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import SignedIntent
from tests.signatures.ground import Ground
from tests.signatures.signing import signature_of, unsigned_intent

DAY = 86_400


class Vector(NamedTuple):
    """One mutation of the intent of one type. what: its class and place, to be told when it fails."""

    what: str
    kind: str
    make: Callable[[Maker], SignedIntent]


class Maker:
    """Signs the base intent of a type, and others like it, at one time of the chain."""

    def __init__(self, ground: Ground, kind: str, now: int, rng: random.Random) -> None:
        self.ground, self.kind, self.now, self.rng = ground, kind, now, rng
        self.values = ground.accepted[kind]

    def intent(self, **changes: Any) -> SignedIntent:
        """Return an intent without signature. changes: signer, nonce, deadline."""
        given = {
            "signer": bytes.fromhex(PrivateKey(self.ground.key).public_key.to_address()[2:]),
            "nonce": self.rng.getrandbits(256),
            "deadline": self.now + 3600,
            **changes,
        }
        return unsigned_intent(self.kind, self.values, **given)

    def digest(self, intent: SignedIntent, deployment: Deployment | None = None) -> bytes:
        return signed_digest(typed_data_of(deployment or self.ground.deployment, intent))

    def signed(self, intent: SignedIntent | None = None, key: bytes | None = None) -> SignedIntent:
        """Return the intent, or the base one, rightly signed."""
        intent = intent or self.intent()
        return replace(intent, signature=signature_of(key or self.ground.key, self.digest(intent)))

    def with_signature(self, change: Callable[[bytes], bytes]) -> SignedIntent:
        signed = self.signed()
        return replace(signed, signature=change(signed.signature))


Mutation = Callable[[Maker], SignedIntent]
