"""Signed intents: what lets a relayer without any role carry out what a registrar, the service or an
anchorer decided. Sources: contracts/SignedIntents.sol; docs/formats.md §6.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.intents import (
    ANCHOR,
    TYPES,
    Authorization,
    call_data,
    claim_data,
    typed,
    typed_data,
)
from ledger_service.adapters.evm.relaying import carrying_call, typed_data_of
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    DefineLicense,
    Intent,
    Wish,
)
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import InvalidIntent
from ledger_service.domain.identifiers import LedgerId

INTENT_SECONDS = 3600  # how long a signed intent is good for; the contracts allow 24 hours


@dataclass
class Nonces:
    """Unordered nonces: a random word a process and its 256 bits in turn, so that one process pays
    for a storage word once in 256 intents and two processes never meet.
    """

    _word: int = field(default_factory=lambda: secrets.randbits(248))
    _bit: int = 0

    def next(self) -> int:
        if self._bit == 256:
            self._word, self._bit = secrets.randbits(248), 0
        nonce = self._word << 8 | self._bit
        self._bit += 1
        return nonce


class IntentSigner:
    """Turns intents into contract calls, signed by the key that has the right.

    Args:
        registrar, service, anchorer: 32-byte secp256k1 keys.
    """

    def __init__(
        self, deployment: Deployment, *, registrar: bytes, service: bytes, anchorer: bytes
    ) -> None:
        self._deployment = deployment
        self._registrar = Account.from_key(registrar)
        self._service = Account.from_key(service)
        self._anchorer = Account.from_key(anchorer)
        self._nonces = Nonces()
        self._ledger = LedgerId.of_origin(deployment.key.split("+", 1)[0])

    def act_by(self, role: str, account: Any) -> None:
        """Sign for a role by this key, as eth-account has it, from now on."""
        assert role in ("registrar", "service", "anchorer")
        setattr(self, f"_{role}", account)

    def call(self, intent: Intent, now: int) -> tuple[str, bytes]:
        """Return the address (40 hex) and data of the call that carries the intent out.

        now: the chain's time in seconds.
        """
        if isinstance(intent, SignedIntent):
            contract, data = carrying_call(intent)
        else:
            contract, data = self._encoded(intent, now + INTENT_SECONDS)
        return self._deployment.contracts[contract], data

    def _encoded(self, intent: Wish, deadline: int) -> tuple[str, bytes]:
        if isinstance(intent, DefineLicense):
            terms = intent.terms
            data = artifact("LicenseRegistry").call(
                "defineLicense",
                terms.uri,
                terms.policy_digest,
                terms.seats,
                terms.longest_loan_seconds,
                terms.self_service,
            )
            return "LicenseRegistry", data
        if isinstance(intent, AnchorCheckpoint):
            return "CheckpointAnchor", self._anchor(intent, deadline)
        if isinstance(intent, ClaimGrant):
            return "AccessGrants", claim_data(intent)
        primary, values = intent.TYPE, intent.to_message()
        assert primary is not None  # tests/unit/chain/test_rows.py
        account = self._service if intent.by_service else self._registrar
        unsigned = Authorization(address_of(account), self._nonces.next(), deadline)
        signature = _sign(account, typed_data(self._deployment, primary, values, unsigned))
        data = call_data(primary, values, replace(unsigned, signature=signature))
        return TYPES[primary].contract, data

    def _anchor(self, anchor: AnchorCheckpoint, deadline: int) -> bytes:
        ledger = self._ledger.value
        message = {
            "ledger": ledger,
            "size": anchor.size,
            "root": anchor.root,
            "deadline": deadline,
        }
        object_ = typed(self._deployment, "CheckpointAnchor", "Anchor", ANCHOR, message)
        signature = _sign(self._anchorer, object_)
        proof = list(anchor.proof)
        arguments = (ledger, anchor.size, anchor.root, proof, deadline, signature)
        return artifact("CheckpointAnchor").call("anchorBySignature", *arguments)


def sign_elsewhere(deployment: Deployment, draft: SignedIntent, key: bytes) -> SignedIntent:
    """Return the intent with the signature of its signer, whose 32-byte key this is.

    Raises:
        InvalidIntent: it is another's key.
    """
    account = Account.from_key(key)
    if address_of(account) != draft.signer:
        raise InvalidIntent("signer", signer=draft.signer, address=address_of(account))
    return replace(draft, signature=_sign(account, typed_data_of(deployment, draft)))


def _sign(account: Any, typed_object: dict[str, Any]) -> bytes:
    signature: bytes = account.sign_message(encode_typed_data(full_message=typed_object)).signature
    return bytes(signature)
