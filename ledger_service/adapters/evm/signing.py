"""Signed intents: the EIP-712 messages that let a relayer without any role carry out what a registrar
or an anchorer decided. Source: contracts/SignedIntents.sol; docs/formats.md §6.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.deployment import Deployment
from ledger_service.domain.identifiers import LedgerId
from ledger_service.domain.intent import (
    AnchorCheckpoint,
    DefineLicense,
    Intent,
    IssueGrant,
    RegisterResource,
    RevokeGrant,
)

INTENT_SECONDS = 3600  # how long a signed intent is good for; the contracts allow 24 hours
VERSION = "1"

_BY_REGISTRAR = [("registrar", "address"), ("nonce", "uint256"), ("deadline", "uint64")]
_TYPES: dict[str, list[tuple[str, str]]] = {
    "Register": [
        ("digest", "bytes32"),
        ("steward", "bytes32"),
        ("license", "bytes32"),
        ("cidCodec", "uint8"),
        ("cidDigest", "bytes32"),
        ("metadata", "bytes32"),
        *_BY_REGISTRAR,
    ],
    "IssueGrant": [
        ("grant", "bytes32"),
        ("digest", "bytes32"),
        ("steward", "bytes32"),
        ("grantee", "bytes32"),
        ("scopes", "uint16"),
        ("until", "uint64"),
        ("seat", "uint32"),
        *_BY_REGISTRAR,
    ],
    "RevokeGrant": [("grant", "bytes32"), *_BY_REGISTRAR],
    "Anchor": [
        ("ledger", "bytes32"),
        ("size", "uint64"),
        ("root", "bytes32"),
        ("deadline", "uint64"),
    ],
}
_DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
    {"name": "salt", "type": "bytes32"},
]


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
        registrar, anchorer: 32-byte secp256k1 keys.
        now: the chain's time in seconds.
    """

    def __init__(self, deployment: Deployment, registrar: bytes, anchorer: bytes) -> None:
        self._deployment = deployment
        self._registrar = Account.from_key(registrar)
        self._anchorer = Account.from_key(anchorer)
        self._nonces = Nonces()
        self._ledger = LedgerId.of_origin(deployment.key.split("+", 1)[0])

    def call(self, intent: Intent, now: int) -> tuple[str, bytes]:
        """Return the address (40 hex) and data of the call that carries the intent out."""
        contract, data = self._encoded(intent, now + INTENT_SECONDS)
        return self._deployment.contracts[contract], data

    def _encoded(self, intent: Intent, deadline: int) -> tuple[str, bytes]:
        match intent:
            case DefineLicense(terms):
                data = artifact("LicenseRegistry").call(
                    "defineLicense",
                    terms.uri,
                    terms.policy_digest,
                    terms.seats,
                    terms.longest_loan_seconds,
                    terms.self_service,
                )
                return "LicenseRegistry", data
            case RegisterResource() as claim:
                stated = {
                    "digest": claim.digest.value,
                    "steward": claim.steward.value,
                    "license": claim.license.value,
                    "cidCodec": claim.cid.codec,
                    "cidDigest": claim.cid.digest,
                    "metadata": claim.metadata.value,
                }
                return self._by_registrar(
                    "ResourceRegistry", "registerBySignature", "Register", stated, deadline
                )
            case IssueGrant() as grant:
                stated = {
                    "grant": grant.grant.value,
                    "digest": grant.digest.value,
                    "steward": grant.steward.value,
                    "grantee": grant.grantee.value,
                    "scopes": int(grant.scopes),
                    "until": grant.until,
                    "seat": grant.seat,
                }
                return self._by_registrar(
                    "AccessGrants", "issueBySignature", "IssueGrant", stated, deadline
                )
            case RevokeGrant(grant_id):
                stated = {"grant": grant_id.value}
                return self._by_registrar(
                    "AccessGrants", "revokeBySignature", "RevokeGrant", stated, deadline
                )
            case AnchorCheckpoint() as anchor:
                return self._anchor(anchor, deadline)

    def _by_registrar(
        self, contract: str, function: str, primary: str, stated: dict[str, Any], deadline: int
    ) -> tuple[str, bytes]:
        nonce = self._nonces.next()
        message = {
            **stated,
            "registrar": self._registrar.address,
            "nonce": nonce,
            "deadline": deadline,
        }
        signature = self._sign(contract, primary, message, self._registrar)
        values = tuple(stated.values())
        first = values if len(values) > 1 else values[0]
        data = artifact(contract).call(
            function, first, self._registrar.address, nonce, deadline, signature
        )
        return contract, data

    def _anchor(self, anchor: AnchorCheckpoint, deadline: int) -> tuple[str, bytes]:
        message = {
            "ledger": self._ledger.value,
            "size": anchor.size,
            "root": anchor.root,
            "deadline": deadline,
        }
        signature = self._sign("CheckpointAnchor", "Anchor", message, self._anchorer)
        data = artifact("CheckpointAnchor").call(
            "anchorBySignature",
            self._ledger.value,
            anchor.size,
            anchor.root,
            list(anchor.proof),
            deadline,
            signature,
        )
        return "CheckpointAnchor", data

    def _sign(self, contract: str, primary: str, message: dict[str, Any], account: Any) -> bytes:
        typed = typed_data(self._deployment, contract, primary, message)
        signature: bytes = account.sign_message(encode_typed_data(full_message=typed)).signature
        return bytes(signature)


def typed_data(
    deployment: Deployment, contract: str, primary: str, message: dict[str, Any]
) -> dict[str, Any]:
    """Return the EIP-712 object of an intent, as wallets and libraries take it."""
    fields = [{"name": name, "type": kind} for name, kind in _TYPES[primary]]
    return {
        "types": {"EIP712Domain": _DOMAIN, primary: fields},
        "primaryType": primary,
        "domain": {
            "name": f"Muhr {contract}",
            "version": VERSION,
            "chainId": deployment.chain_id,
            "verifyingContract": "0x" + deployment.contracts[contract],
            "salt": bytes.fromhex(deployment.salt),
        },
        "message": message,
    }
