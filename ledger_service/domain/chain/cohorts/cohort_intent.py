"""Intents about cohorts: a right for many, the claim of one of them, and the end of the right.

No entry tells of a cohort, since it opens nothing; the grants that are claimed have entries as all grants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.chain.signed_intent import Values, cohort_id
from ledger_service.domain.chain.stated_intent import Hashes, StatedIntent
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.lending.cohort import StatedCohort
from ledger_service.domain.lending.grant import Scope, grant_id


@dataclass(frozen=True)
class _OfCohort(StatedIntent):
    """What names a cohort on chain. root, salt: 32 bytes; until: seconds since 1970 UTC."""

    digest: Digest
    steward: StewardId
    root: bytes
    size: int
    scopes: Scope
    until: int
    salt: bytes

    @property
    def cohort(self) -> bytes:
        """Return the id that the contract gives the cohort, 32 bytes."""
        return cohort_id(StatedIntent.to_message(self))

    @property
    def subject(self) -> bytes:
        return self.cohort


@dataclass(frozen=True)
class GrantCohort(_OfCohort):
    """AccessGrants.grantCohortBySignature."""

    KIND = "grant-cohort"
    TYPE = "GrantCohort"
    EVENT = "CohortGranted"

    @classmethod
    def of(cls, stated: StatedCohort) -> GrantCohort:
        """Return the intent that grants this cohort."""
        return cls(**vars(stated))


@dataclass(frozen=True)
class CloseCohort(_OfCohort):
    """AccessGrants.closeCohortBySignature: nobody claims from then on, and what was claimed stays."""

    KIND = "close-cohort"
    TYPE = "CloseCohort"
    EVENT = "CohortClosed"

    @classmethod
    def of(cls, stated: StatedCohort) -> CloseCohort:
        """Return the intent that closes this cohort."""
        return cls(**vars(stated))

    def to_message(self) -> Values:
        return {"cohort": self.cohort, **super().to_message()}


@dataclass(frozen=True)
class ClaimGrant(_OfCohort):
    """AccessGrants.claim, which needs no signature: the proof of membership is enough.

    index: of the member, from 0; hashes: the inclusion proof of the commitment, at most 63 of 32 bytes, leaf
    upward. When the grant ends, the contract decides: with the cohort, or after the longest loan.
    """

    KIND = "claim-grant"
    EVENT = "GrantIssued"
    LEFT_TO_CHAIN = ("until",)

    seat: int
    turn: int
    grantee: Commitment
    index: int
    hashes: Hashes

    @property
    def grant(self) -> GrantId:
        """Return the id that the contract gives the grant."""
        return grant_id(self.digest, self.steward, self.seat, self.turn, self.grantee, self.scopes)

    @property
    def subject(self) -> bytes:
        return self.grant.value

    @property
    def facts(self) -> Mapping[str, Any]:
        return {**self.to_json(), "grant": self.grant.hex()}
