"""Signed intents: what an agent of a steward has signed with a key of its own, for anyone to carry.

The members of the EIP-712 types, and the one JSON form in which this service takes an intent:
64 hex digits for 32 bytes, 40 for an account, a number up to 2^53 − 1 as a number and a larger one as
decimal text. Nothing else is read, so that no two spellings mean one intent and nothing unsigned rides
along. Whether the signature holds, the chain decides. Source: docs/formats.md §6.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ledger_service.domain.canonical_json import LARGEST_INTEGER
from ledger_service.domain.errors import InvalidIntent

Members = list[tuple[str, str]]
Values = Mapping[str, Any]
Json = dict[str, Any]

MOST_SIGNATURE_BYTES = 4096  # what a contract wallet may be shown; an account's has 65
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
_COHORT: Members = [
    *_PLACE,
    ("root", "bytes32"),
    ("size", "uint64"),
    ("scopes", "uint16"),
    ("until", "uint64"),
    ("salt", "bytes32"),
]
AUTHORIZATION: Members = [("signer", "address"), ("nonce", "uint256"), ("deadline", "uint64")]
NESTED: Mapping[str, Members] = {"Registration": _REGISTRATION}

MEMBERS: Mapping[str, Members] = {
    "Register": _REGISTRATION,
    "RegisterMany": [("registrations", "Registration[]")],
    "RegisterProven": [*_REGISTRATION, ("ledger", "bytes32"), ("index", "uint64")],
    "Supersede": [*_PLACE, ("successor", "bytes32"), ("relation", "uint8")],
    "DeclareRendition": [*_PLACE, ("original", "bytes32")],
    "TakeBack": [*_PLACE, ("other", "bytes32"), ("relation", "uint8")],
    "Withdraw": [*_PLACE, ("reason", "uint8")],
    "IssueGrant": [
        *_PLACE,
        ("seat", "uint32"),
        ("turn", "uint24"),
        ("grantee", "bytes32"),
        ("scopes", "uint16"),
        ("until", "uint64"),
    ],
    "RenewGrant": [*_HELD, ("until", "uint64")],
    "ReturnGrant": _HELD,
    "RevokeGrant": _HELD,
    "GrantCohort": _COHORT,
    "CloseCohort": [("cohort", "bytes32")],
}
"""What an agent signs, by EIP-712 type; `AUTHORIZATION` follows in each."""

_RESOURCES, _GRANTS = "ResourceRegistry", "AccessGrants"
CALLS: Mapping[str, tuple[str, str]] = {
    "Register": (_RESOURCES, "registerBySignature"),
    "RegisterMany": (_RESOURCES, "registerManyBySignature"),
    "RegisterProven": (_RESOURCES, "registerProvenBySignature"),
    "Supersede": (_RESOURCES, "supersedeBySignature"),
    "DeclareRendition": (_RESOURCES, "declareRenditionBySignature"),
    "TakeBack": (_RESOURCES, "takeBackBySignature"),
    "Withdraw": (_RESOURCES, "withdrawBySignature"),
    "IssueGrant": (_GRANTS, "issueBySignature"),
    "RenewGrant": (_GRANTS, "renewBySignature"),
    "ReturnGrant": (_GRANTS, "giveBackBySignature"),
    "RevokeGrant": (_GRANTS, "revokeBySignature"),
    "GrantCohort": (_GRANTS, "grantCohortBySignature"),
    "CloseCohort": (_GRANTS, "closeCohortBySignature"),
}
"""Contract and function that take what was signed, by EIP-712 type."""

UNSIGNED: Mapping[str, Members] = {
    "RegisterProven": [("size", "uint64"), ("at", "uint64"), ("hashes", "bytes32[]")],
    "CloseCohort": _COHORT,
}
"""Further members of a call that the signature does not cover: what is signed follows from them."""

_HEX_DIGITS = {"bytes32": 64, "address": 40}
_HEX = re.compile(r"[0-9a-f]*\Z")
_DECIMAL = re.compile(r"[1-9][0-9]{0,77}\Z")


@dataclass(frozen=True)
class SignedIntent:
    """What was signed, and by whom. type: of `MEMBERS`; message: its members and the authorization's.

    Values are bytes, integers, lists and objects of them. unsigned: see `UNSIGNED`, {} for most types;
    signature: at most 4,096 bytes, of any form here.
    """

    KIND: ClassVar[str] = "signed-intent"

    type: str
    message: Values
    signature: bytes
    unsigned: Values = field(default_factory=dict)

    @property
    def signer(self) -> str:
        """The account that is said to have signed, 40 hex."""
        account: bytes = self.message["signer"]
        return account.hex()

    @property
    def nonce(self) -> int:
        return int(self.message["nonce"])

    @property
    def deadline(self) -> int:
        """The last block time, in seconds, at which it may be carried out."""
        return int(self.message["deadline"])

    @property
    def stewards(self) -> set[bytes]:
        """The ids of the institutions that it is about: one, but for a batch."""
        stated = [*self.message.get("registrations", ()), self.unsigned, self.message]
        return {item["steward"] for item in stated if "steward" in item}

    def to_json(self) -> Json:
        """Return the form that `from_json` reads."""
        value = {
            "type": self.type,
            "message": _format(self.message),
            "signature": self.signature.hex(),
        }
        return value | ({"unsigned": _format(self.unsigned)} if self.type in UNSIGNED else {})

    @classmethod
    def from_json(cls, value: Json) -> SignedIntent:
        """Return the intent of a JSON object with exactly its members; inverse of `to_json`.

        Raises:
            InvalidIntent: a member is missing, unknown, misspelled or out of its range, or the stated
                cohort is not the one whose closing was signed.
        """
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in MEMBERS:
            raise InvalidIntent("type", types=", ".join(MEMBERS))
        own = {"type", "message", "signature"} | ({"unsigned"} if kind in UNSIGNED else set())
        _check_names(value, own, "")
        message = _struct(value["message"], [*MEMBERS[kind], *AUTHORIZATION], "/message")
        unsigned = _struct(value.get("unsigned", {}), UNSIGNED.get(kind, []), "/unsigned")
        if kind == "CloseCohort" and message["cohort"] != cohort_id(unsigned):
            raise InvalidIntent("cohort")
        return cls(kind, message, _signature(value["signature"]), unsigned)


def cohort_id(cohort: Values) -> bytes:
    """Return SHA-256 over the members of a cohort, a word each; docs/formats.md §10."""
    words = (cohort[name] for name, _ in _COHORT)
    return hashlib.sha256(
        b"".join(word if isinstance(word, bytes) else word.to_bytes(32, "big") for word in words)
    ).digest()


def _struct(value: Any, members: Members, where: str) -> Values:
    _check_names(value, {name for name, _ in members}, where)
    return {name: _value(value[name], kind, f"{where}/{name}") for name, kind in members}


def _check_names(value: Any, names: set[str], where: str) -> None:
    if not isinstance(value, dict):
        raise InvalidIntent("object", value=where or "/")
    if missing := sorted(names - set(value)):
        raise InvalidIntent("member-missing", where=where, name=missing[0])
    if unknown := sorted(set(value) - names):
        raise InvalidIntent("member-unknown", where=where, name=unknown[0][:80])


def _value(value: Any, kind: str, where: str) -> Any:
    if kind.endswith("[]"):
        if not isinstance(value, list):
            raise InvalidIntent("list", where=where)
        inner = kind.removesuffix("[]")
        return [_value(item, inner, f"{where}/{place}") for place, item in enumerate(value)]
    if kind in NESTED:
        return _struct(value, NESTED[kind], where)
    digits = _HEX_DIGITS.get(kind)
    if digits is None:
        return _number(value, int(kind.removeprefix("uint")), where)
    if not isinstance(value, str) or len(value) != digits or not _HEX.match(value):
        raise InvalidIntent("hex", where=where, digits=digits)
    return bytes.fromhex(value)


def _number(value: Any, bits: int, where: str) -> int:
    number = -1
    if type(value) is int and value <= LARGEST_INTEGER:
        number = value
    elif isinstance(value, str) and _DECIMAL.match(value) and int(value) > LARGEST_INTEGER:
        number = int(value)
    if not 0 <= number < 2**bits:
        raise InvalidIntent("range", where=where, bits=bits)
    return number


def _signature(value: Any) -> bytes:
    is_hex = isinstance(value, str) and len(value) % 2 == 0 and _HEX.match(value) is not None
    if not is_hex or len(value) > 2 * MOST_SIGNATURE_BYTES:
        raise InvalidIntent("signature", most=MOST_SIGNATURE_BYTES)
    return bytes.fromhex(value)


def _format(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {name: _format(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_format(item) for item in value]
    return value if value <= LARGEST_INTEGER else str(value)
