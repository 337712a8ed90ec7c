"""Intents: what the service asks the chain to do, one class for each contract function it calls.

An intent is kept as JSON in the job that carries it out; `to_json` and `from_json` are inverses.
Those that a steward's agent decides are signed by its key: a registrar's, or the service's own where
`by_service` says so, which the contracts allow under self-service licenses and for returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self, get_type_hints

from ledger_service.domain.chain.signed_intent import SignedIntent, Values
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.lending.grant import Scope, grant_id
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Relation, WithdrawalReason

Json = dict[str, Any]
Hashes = tuple[bytes, ...]

# How a value of each type is written in JSON, and read back.
_CODECS: Mapping[Any, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: (bytes.hex, bytes.fromhex),
    int: (int, int),
    bool: (bool, bool),
    str: (str, str),
    Scope: (int, Scope),
    Relation: (int, Relation),
    WithdrawalReason: (int, WithdrawalReason),
    ContentId: (ContentId.base16, ContentId.parse),
    Hashes: (
        lambda hashes: [item.hex() for item in hashes],
        lambda texts: tuple(bytes.fromhex(text) for text in texts),
    ),
    **{
        kind: (kind.hex, kind.parse)
        for kind in (Commitment, Digest, GrantId, LedgerId, LicenseId, StewardId)
    },
}


class _Stored:
    """Writes the fields of a dataclass as JSON, and reads them back."""

    def to_json(self) -> Json:
        kinds = get_type_hints(type(self))
        return {
            field.name: _CODECS[kinds[field.name]][0](getattr(self, field.name))
            for field in fields(self)  # type: ignore[arg-type]
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        kinds = get_type_hints(cls)
        return cls(
            **{
                field.name: _CODECS[kinds[field.name]][1](value[field.name])
                for field in fields(cls)  # type: ignore[arg-type]
            }
        )


@dataclass(frozen=True)
class DefineLicense:
    """LicenseRegistry.defineLicense; needs no signature, since the id is over the terms."""

    terms: LicenseTerms

    def to_json(self) -> Json:
        terms = self.terms
        return {
            "uri": terms.uri,
            "seats": terms.seats,
            "loan": terms.longest_loan_seconds,
            "self_service": terms.self_service,
            "policy": terms.policy_digest.hex(),
        }

    @classmethod
    def from_json(cls, value: Json) -> DefineLicense:
        return cls(
            LicenseTerms(
                uri=value["uri"],
                seats=int(value["seats"]),
                longest_loan_seconds=int(value["loan"]),
                self_service=bool(value["self_service"]),
                policy_digest=bytes.fromhex(value["policy"]),
            )
        )


@dataclass(frozen=True)
class RegisterResource(_Stored):
    """ResourceRegistry.registerBySignature."""

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: ContentId
    metadata: Digest


@dataclass(frozen=True)
class RegisterProven(_Stored):
    """ResourceRegistry.registerProvenBySignature: a claim that the steward's ledger has accepted.

    The entry of kind `accepted`, of this time, stands at this index of the anchored checkpoint of this
    size. hashes: its inclusion proof, at most 63 of 32 bytes, leaf upward.
    """

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: ContentId
    metadata: Digest
    ledger: LedgerId
    size: int
    at: int
    index: int
    hashes: Hashes


@dataclass(frozen=True)
class SupersedeResource(_Stored):
    """ResourceRegistry.supersedeBySignature."""

    digest: Digest
    steward: StewardId
    successor: Digest
    relation: Relation


@dataclass(frozen=True)
class DeclareRendition(_Stored):
    """ResourceRegistry.declareRenditionBySignature."""

    digest: Digest
    steward: StewardId
    original: Digest


@dataclass(frozen=True)
class WithdrawResource(_Stored):
    """ResourceRegistry.withdrawBySignature."""

    digest: Digest
    steward: StewardId
    reason: WithdrawalReason


@dataclass(frozen=True)
class IssueGrant(_Stored):
    """AccessGrants.issueBySignature. turn: which grant of the seat it is, from 1."""

    digest: Digest
    steward: StewardId
    seat: int
    turn: int
    grantee: Commitment
    scopes: Scope
    until: int
    by_service: bool = False

    @property
    def grant(self) -> GrantId:
        """Return the id that the contract gives it."""
        return grant_id(self.digest, self.steward, self.seat, self.turn, self.grantee, self.scopes)


@dataclass(frozen=True)
class RenewGrant(_Stored):
    """AccessGrants.renewBySignature."""

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int
    until: int
    by_service: bool = False


@dataclass(frozen=True)
class ReturnGrant(_Stored):
    """AccessGrants.giveBackBySignature."""

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int
    by_service: bool = True


@dataclass(frozen=True)
class RevokeGrant(_Stored):
    """AccessGrants.revokeBySignature."""

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int


@dataclass(frozen=True)
class AnchorCheckpoint(_Stored):
    """CheckpointAnchor.anchorBySignature, signed by the ledger's anchorer.

    root: 32 bytes; proof: consistency with the anchor before, at most 63 hashes of 32 bytes.
    """

    old_size: int
    size: int
    root: bytes
    proof: Hashes


Intent = (
    DefineLicense
    | RegisterResource
    | RegisterProven
    | SupersedeResource
    | DeclareRendition
    | WithdrawResource
    | IssueGrant
    | RenewGrant
    | ReturnGrant
    | RevokeGrant
    | AnchorCheckpoint
    | SignedIntent
)
KINDS: dict[str, type[Intent]] = {
    "define-license": DefineLicense,
    "register-resource": RegisterResource,
    "register-proven": RegisterProven,
    "supersede-resource": SupersedeResource,
    "declare-rendition": DeclareRendition,
    "withdraw-resource": WithdrawResource,
    "issue-grant": IssueGrant,
    "renew-grant": RenewGrant,
    "return-grant": ReturnGrant,
    "revoke-grant": RevokeGrant,
    "anchor-checkpoint": AnchorCheckpoint,
    "signed-intent": SignedIntent,
}


def _claim(message: Values) -> RegisterResource:
    return RegisterResource(
        *_place(message),
        LicenseId(message["license"]),
        ContentId(message["cidCodec"], message["cidDigest"]),
        Digest(message["metadata"]),
    )


def _place(message: Values) -> tuple[Digest, StewardId]:
    return Digest(message["digest"]), StewardId(message["steward"])


def _held(message: Values) -> tuple[GrantId, Digest, StewardId, int]:
    return GrantId(message["grant"]), *_place(message), message["seat"]


_SIGNED: Mapping[str, Callable[[Values], Intent]] = {
    "Register": _claim,
    "RegisterMany": _claim,
    "RegisterProven": _claim,
    "Supersede": lambda message: SupersedeResource(
        *_place(message), Digest(message["successor"]), Relation(message["relation"])
    ),
    "DeclareRendition": lambda message: DeclareRendition(
        *_place(message), Digest(message["original"])
    ),
    "Withdraw": lambda message: WithdrawResource(
        *_place(message), WithdrawalReason(message["reason"])
    ),
    "IssueGrant": lambda message: IssueGrant(
        *_place(message),
        message["seat"],
        message["turn"],
        Commitment(message["grantee"]),
        Scope(message["scopes"]),
        message["until"],
    ),
    "RenewGrant": lambda message: RenewGrant(*_held(message), message["until"]),
    "ReturnGrant": lambda message: ReturnGrant(*_held(message)),
    "RevokeGrant": lambda message: RevokeGrant(*_held(message)),
}
"""What an intent signed elsewhere wants, by its EIP-712 type."""


def kind_of(intent: Intent) -> str:
    """Return the intent's name in a job."""
    return next(name for name, cls in KINDS.items() if isinstance(intent, cls))


def wishes_of(intent: Intent) -> tuple[Intent, ...]:
    """Return what an intent wants of the chain that the library keeps an account of.

    That is the intent itself, unless it was signed elsewhere: then the same wishes as if it were ours,
    and none for a cohort, of which no entry tells. Only for what the contracts would take.
    """
    if not isinstance(intent, SignedIntent):
        return (intent,)
    message, make = intent.message, _SIGNED.get(intent.type)
    if make is None:
        return ()
    return tuple(make(item) for item in message.get("registrations", (message,)))


def from_json(kind: str, value: Json) -> Intent:
    """Return the intent that a job of this kind carries."""
    return KINDS[kind].from_json(value)
