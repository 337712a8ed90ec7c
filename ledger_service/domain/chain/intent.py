"""Intents: what the service asks the chain to do, one class for each contract function it calls.

A class says how its kind is named in a job, which EIP-712 type states it, and which event shows it done;
its fields are the rest. Those that a steward's agent decides are signed by its key: a registrar's, or the
service's own where `by_service` says so, which the contracts allow under self-service licenses and for
returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant, CloseCohort, GrantCohort
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain.stated_intent import Hashes, Json, StatedIntent
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.ledger.entry import Facts, license_facts
from ledger_service.domain.lending.grant import Scope, grant_id
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason


@dataclass(frozen=True)
class DefineLicense(StatedIntent):
    """LicenseRegistry.defineLicense; needs no signature, since the id is over the terms."""

    KIND = "define-license"
    EVENT = "LicenseDefined"

    terms: LicenseTerms

    @property
    def subject(self) -> bytes:
        return self.terms.id.value

    @property
    def facts(self) -> Facts:
        return license_facts(self.terms)

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
class RegisterResource(StatedIntent):
    """ResourceRegistry.registerBySignature."""

    KIND = "register-resource"
    TYPE = "Register"
    EVENT = "ResourceRegistered"

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: ContentId
    metadata: Digest


@dataclass(frozen=True)
class RegisterProven(StatedIntent):
    """ResourceRegistry.registerProvenBySignature: a claim that the steward's ledger has accepted.

    The entry of kind `accepted`, of this time, stands at this index of the anchored checkpoint of this
    size. hashes: its inclusion proof, at most 63 of 32 bytes, leaf upward.
    """

    KIND = "register-proven"
    TYPE = "RegisterProven"
    EVENT = "ResourceRegistered"
    TOLD_APART_BY = ("index",)

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
class SupersedeResource(StatedIntent):
    """ResourceRegistry.supersedeBySignature."""

    KIND = "supersede-resource"
    TYPE = "Supersede"
    EVENT = "ResourceSuperseded"
    TOLD_APART_BY = ("successor", "relation")

    digest: Digest
    steward: StewardId
    successor: Digest
    relation: Relation


@dataclass(frozen=True)
class DeclareRendition(StatedIntent):
    """ResourceRegistry.declareRenditionBySignature."""

    KIND = "declare-rendition"
    TYPE = "DeclareRendition"
    EVENT = "RenditionDeclared"
    TOLD_APART_BY = ("original",)

    digest: Digest
    steward: StewardId
    original: Digest


@dataclass(frozen=True)
class TakeBackLink(StatedIntent):
    """ResourceRegistry.takeBackBySignature: the resource points to the other no more. relation: as it did."""

    KIND = "take-back-link"
    TYPE = "TakeBack"
    EVENT = "LinkTakenBack"
    TOLD_APART_BY = ("other", "relation")

    digest: Digest
    steward: StewardId
    other: Digest
    relation: Link


@dataclass(frozen=True)
class WithdrawResource(StatedIntent):
    """ResourceRegistry.withdrawBySignature."""

    KIND = "withdraw-resource"
    TYPE = "Withdraw"
    EVENT = "ResourceWithdrawn"

    digest: Digest
    steward: StewardId
    reason: WithdrawalReason


@dataclass(frozen=True)
class IssueGrant(StatedIntent):
    """AccessGrants.issueBySignature. turn: which grant of the seat it is, from 1."""

    KIND = "issue-grant"
    TYPE = "IssueGrant"
    EVENT = "GrantIssued"
    SUBJECT = "grant"

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

    @property
    def facts(self) -> Mapping[str, Any]:
        return {**self.to_json(), "grant": self.grant.hex()}


@dataclass(frozen=True)
class RenewGrant(StatedIntent):
    """AccessGrants.renewBySignature."""

    KIND = "renew-grant"
    TYPE = "RenewGrant"
    EVENT = "GrantRenewed"
    SUBJECT = "grant"
    TOLD_APART_BY = ("until",)

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int
    until: int
    by_service: bool = False


@dataclass(frozen=True)
class ReturnGrant(StatedIntent):
    """AccessGrants.giveBackBySignature."""

    KIND = "return-grant"
    TYPE = "ReturnGrant"
    EVENT = "GrantReturned"
    SUBJECT = "grant"

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int
    by_service: bool = True


@dataclass(frozen=True)
class RevokeGrant(StatedIntent):
    """AccessGrants.revokeBySignature."""

    KIND = "revoke-grant"
    TYPE = "RevokeGrant"
    EVENT = "GrantRevoked"
    SUBJECT = "grant"

    grant: GrantId
    digest: Digest
    steward: StewardId
    seat: int


@dataclass(frozen=True)
class AnchorCheckpoint(StatedIntent):
    """CheckpointAnchor.anchorBySignature, signed by the ledger's anchorer.

    root: 32 bytes; proof: consistency with the anchor before, at most 63 hashes of 32 bytes. No entry
    tells of it, so that no event is looked for either.
    """

    KIND = "anchor-checkpoint"
    TOLD_APART_BY = ("size",)

    old_size: int
    size: int
    root: bytes
    proof: Hashes

    @property
    def subject(self) -> bytes:
        return self.root


Wish = (
    DefineLicense
    | RegisterResource
    | RegisterProven
    | SupersedeResource
    | DeclareRendition
    | TakeBackLink
    | WithdrawResource
    | IssueGrant
    | RenewGrant
    | ReturnGrant
    | RevokeGrant
    | GrantCohort
    | CloseCohort
    | ClaimGrant
    | AnchorCheckpoint
)
"""What the library itself may want of the chain."""
Intent = Wish | SignedIntent
KINDS: Mapping[str, type[Intent]] = {intent.KIND: intent for intent in get_args(Intent)}
Change = SupersedeResource | DeclareRendition | TakeBackLink | WithdrawResource
"""What becomes of a registered resource."""

WANTED: Mapping[str, type[Wish]] = {
    **{wish.TYPE: wish for wish in get_args(Wish) if wish.TYPE is not None},
    "RegisterMany": RegisterResource,  # each of them
    "RegisterProven": RegisterResource,  # the proof is no part of what was signed
}
"""What an intent signed elsewhere wants, by its EIP-712 type."""


def wishes_of(intent: Intent) -> tuple[Wish, ...]:
    """Return what an intent wants of the chain that the library keeps an account of.

    That is the intent itself, unless it was signed elsewhere: then the same wishes as if it were ours.
    Only for what the contracts would take.
    """
    if not isinstance(intent, SignedIntent):
        return (intent,)
    message, wanted = {**intent.unsigned, **intent.message}, WANTED[intent.type]
    return tuple(wanted.from_message(item) for item in message.get("registrations", (message,)))


def from_json(kind: str, value: Json) -> Intent:
    """Return the intent that a job of this kind carries."""
    return KINDS[kind].from_json(value)
