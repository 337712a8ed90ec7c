"""The EIP-712 types of signed intents, and the contract calls that carry them.

One table says for each type which function takes it, what is signed, and how the function takes it;
its last members, signer, nonce and deadline, are the same for all but `Anchor`. Sources: the
interfaces of the contracts; docs/formats.md §6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.deployment import Deployment

VERSION = "1"
Members = list[tuple[str, str]]
Values = Mapping[str, Any]

DOMAIN: Members = [
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
]
AUTHORIZATION: Members = [("signer", "address"), ("nonce", "uint256"), ("deadline", "uint64")]
_REGISTRATION: Members = [
    ("digest", "bytes32"),
    ("steward", "bytes32"),
    ("license", "bytes32"),
    ("cidCodec", "uint8"),
    ("cidDigest", "bytes32"),
    ("metadata", "bytes32"),
]
_PLACE: Members = [("digest", "bytes32"), ("steward", "bytes32")]
_HELD: Members = [*_PLACE, ("seat", "uint32"), ("grant", "bytes32")]
_GRANT: Members = [
    *_PLACE,
    ("seat", "uint32"),
    ("turn", "uint24"),
    ("grantee", "bytes32"),
    ("scopes", "uint16"),
]
_COHORT: Members = [
    *_PLACE,
    ("root", "bytes32"),
    ("size", "uint64"),
    ("scopes", "uint16"),
    ("until", "uint64"),
    ("salt", "bytes32"),
]
NESTED: Mapping[str, Members] = {"Registration": _REGISTRATION}


@dataclass(frozen=True)
class IntentType:
    """One EIP-712 type. members: what is signed, before the authorization.

    unsigned: further members of the call that the signature does not cover, since what is signed
    follows from them. arguments: all of them, as the function takes them before the authorization.
    """

    contract: str
    function: str
    members: Members
    arguments: Callable[[Values], tuple[Any, ...]]
    unsigned: Members | None = None


def _one_by_one(members: Members) -> Callable[[Values], tuple[Any, ...]]:
    return lambda values: tuple(values[name] for name, _ in members)


def _as_struct(members: Members) -> Callable[[Values], tuple[Any, ...]]:
    flat = _one_by_one(members)
    return lambda values: (flat(values),)


_registration = _one_by_one(_REGISTRATION)
_RESOURCES, _GRANTS = "ResourceRegistry", "AccessGrants"
_SUCCESSOR: Members = [*_PLACE, ("successor", "bytes32"), ("relation", "uint8")]
_ORIGINAL: Members = [*_PLACE, ("original", "bytes32")]
_REASON: Members = [*_PLACE, ("reason", "uint8")]
_RENEWAL: Members = [*_HELD, ("until", "uint64")]

TYPES: Mapping[str, IntentType] = {
    "Register": IntentType(
        _RESOURCES, "registerBySignature", _REGISTRATION, _as_struct(_REGISTRATION)
    ),
    "RegisterMany": IntentType(
        _RESOURCES,
        "registerManyBySignature",
        [("registrations", "Registration[]")],
        lambda values: ([_registration(item) for item in values["registrations"]],),
    ),
    "RegisterProven": IntentType(
        _RESOURCES,
        "registerProvenBySignature",
        [*_REGISTRATION, ("ledger", "bytes32"), ("index", "uint64")],
        lambda values: (
            _registration(values),
            tuple(values[name] for name in ("ledger", "size", "at", "index", "hashes")),
        ),
        [("size", "uint64"), ("at", "uint64"), ("hashes", "bytes32[]")],
    ),
    "Supersede": IntentType(
        _RESOURCES, "supersedeBySignature", _SUCCESSOR, _one_by_one(_SUCCESSOR)
    ),
    "DeclareRendition": IntentType(
        _RESOURCES, "declareRenditionBySignature", _ORIGINAL, _one_by_one(_ORIGINAL)
    ),
    "Withdraw": IntentType(_RESOURCES, "withdrawBySignature", _REASON, _one_by_one(_REASON)),
    "IssueGrant": IntentType(
        _GRANTS,
        "issueBySignature",
        [*_GRANT, ("until", "uint64")],
        lambda values: (*_as_struct(_GRANT)(values), values["until"]),
    ),
    "RenewGrant": IntentType(_GRANTS, "renewBySignature", _RENEWAL, _one_by_one(_RENEWAL)),
    "ReturnGrant": IntentType(_GRANTS, "giveBackBySignature", _HELD, _one_by_one(_HELD)),
    "RevokeGrant": IntentType(_GRANTS, "revokeBySignature", _HELD, _one_by_one(_HELD)),
    "GrantCohort": IntentType(_GRANTS, "grantCohortBySignature", _COHORT, _as_struct(_COHORT)),
    "CloseCohort": IntentType(
        _GRANTS, "closeCohortBySignature", [("cohort", "bytes32")], _as_struct(_COHORT), _COHORT
    ),
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


def typed_data(
    deployment: Deployment, primary: str, values: Values, authorization: Authorization
) -> dict[str, Any]:
    """Return the EIP-712 object of an intent, as wallets and libraries take it."""
    kind = TYPES[primary]
    message = {name: values[name] for name, _ in kind.members} | authorization.to_message()
    members = [*kind.members, *AUTHORIZATION]
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
