"""The EIP-712 types of signed intents, and the contract calls that carry them.

What is signed, and which function takes it, stands in `domain/chain/signed_intent`; here is how the
function takes it. The last members, signer, nonce and deadline, are the same for all but `Anchor`.
Sources: the interfaces of the contracts; docs/formats.md §6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.adapters.evm.abi import artifact
from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import (
    AUTHORIZATION,
    CALLS,
    MEMBERS,
    NESTED,
    UNSIGNED,
    Members,
    Values,
)

VERSION = "1"

DOMAIN: Members = [
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
]
_GRANT = MEMBERS["IssueGrant"][:-1]


@dataclass(frozen=True)
class IntentType:
    """One EIP-712 type: which function takes it, and how the function takes what is signed.

    arguments: as the function takes them before the authorization, of all members of the call.
    """

    contract: str
    function: str
    arguments: Callable[[Values], tuple[Any, ...]]


def _one_by_one(members: Members) -> Callable[[Values], tuple[Any, ...]]:
    return lambda values: tuple(values[name] for name, _ in members)


def _as_struct(members: Members) -> Callable[[Values], tuple[Any, ...]]:
    flat = _one_by_one(members)
    return lambda values: (flat(values),)


_registration = _one_by_one(NESTED["Registration"])
_cohort = _as_struct(UNSIGNED["CloseCohort"])

# How the functions take what is signed, where its members are not the arguments in their order.
_ARGUMENTS: Mapping[str, Callable[[Values], tuple[Any, ...]]] = {
    "Register": lambda values: (_registration(values),),
    "RegisterMany": lambda values: ([_registration(item) for item in values["registrations"]],),
    "RegisterProven": lambda values: (
        _registration(values),
        tuple(values[name] for name in ("ledger", "size", "at", "index", "hashes")),
    ),
    "IssueGrant": lambda values: (*_as_struct(_GRANT)(values), values["until"]),
    "GrantCohort": _cohort,
    "CloseCohort": _cohort,
}
TYPES: Mapping[str, IntentType] = {
    primary: IntentType(*call, _ARGUMENTS.get(primary) or _one_by_one(MEMBERS[primary]))
    for primary, call in CALLS.items()
}
ANCHOR: Members = [
    ("ledger", "bytes32"),
    ("size", "uint64"),
    ("root", "bytes32"),
    ("deadline", "uint64"),
]


@dataclass(frozen=True)
class Authorization:
    """Who signed an intent. signer: 40 hex; nonce: 0 to 2^256 − 1; deadline: block time, seconds."""

    signer: str
    nonce: int
    deadline: int
    signature: bytes = b""

    def to_message(self) -> dict[str, Any]:
        """Return the last members of what is signed."""
        return {"signer": "0x" + self.signer, "nonce": self.nonce, "deadline": self.deadline}


def call_data(primary: str, values: Values, authorization: Authorization) -> bytes:
    """Return the data of the call that carries a signed intent to the type's contract."""
    kind, given = TYPES[primary], authorization
    signer = "0x" + given.signer
    last = (signer, given.nonce, given.deadline, given.signature)
    return artifact(kind.contract).call(kind.function, *kind.arguments(values), last)


def claim_data(claim: ClaimGrant) -> bytes:
    """Return the data of the call that claims a member's grant, for anyone to send."""
    cohort = _cohort(claim.to_message())
    proof = claim.seat, claim.turn, claim.grantee.value, claim.index, list(claim.hashes)
    return artifact("AccessGrants").call("claim", *cohort, *proof)


def typed_data(
    deployment: Deployment, primary: str, values: Values, authorization: Authorization
) -> dict[str, Any]:
    """Return the EIP-712 object of an intent, as wallets and libraries take it."""
    kind = TYPES[primary]
    members = [*MEMBERS[primary], *AUTHORIZATION]
    message = {name: values[name] for name, _ in MEMBERS[primary]} | authorization.to_message()
    return typed(deployment, kind.contract, primary, members, message)


def typed(
    deployment: Deployment, contract: str, primary: str, members: Members, message: Values
) -> dict[str, Any]:
    """Return the EIP-712 object of a message of these members for one of the contracts."""
    used = {kind.removesuffix("[]") for _, kind in members} & set(NESTED)
    types = {primary: members, **{name: NESTED[name] for name in used}}
    return {
        "types": {
            name: [{"name": member, "type": kind} for member, kind in listed]
            for name, listed in {"EIP712Domain": DOMAIN, **types}.items()
        },
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
