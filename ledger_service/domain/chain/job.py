"""Jobs for the chain: what each is for, so that the same wish again is the same job, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant
from ledger_service.domain.chain.intent import IssueGrant, RegisterResource, Wish
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.identifiers import Digest, GrantId


class JobState(StrEnum):
    """How a job stands: it waits, a transaction carries it, or it has ended."""

    QUEUED = "queued"
    SUBMITTED = "submitted"
    DONE = "done"
    REJECTED = "rejected"


LONGEST_WAIT_SECONDS = 600  # until a job is tried again
JOB_STATES_ENDED = (JobState.DONE, JobState.REJECTED)


@dataclass(frozen=True)
class JobName:
    """kind: of the intent; subject: the 32 bytes that name what it is about, such as a grant's id.

    details: what sets it apart from other jobs of its kind about the same, "" for nothing. It is only
    compared, never read.
    """

    kind: str
    subject: bytes
    details: str = ""

    @classmethod
    def of(cls, wish: Wish, attempt: int | None = None) -> JobName:
        """Return the name of the job that carries a wish out.

        attempt: sets apart what is asked once more in the same words after a refusal.
        """
        told = [str(wish.to_json()[name]) for name in wish.TOLD_APART_BY]
        more = [] if attempt is None else [str(attempt)]
        return cls(wish.KIND, wish.subject, ":".join(told + more))

    @classmethod
    def registering(cls, digest: Digest, entry: int) -> JobName:
        """Return the name of the job that registers a claim with this library's own signature.

        entry: index of the one that accepted the claim.
        """
        return cls(RegisterResource.KIND, digest.value, str(entry))

    @classmethod
    def issuing(cls, grant: GrantId) -> JobName:
        """Return the name of the job that issues a grant."""
        return cls(IssueGrant.KIND, grant.value)

    @classmethod
    def handing_out(cls, grant: GrantId) -> tuple[JobName, JobName]:
        """Return the names of the jobs by which a grant may have come: issued, or claimed in a cohort."""
        return cls.issuing(grant), cls(ClaimGrant.KIND, grant.value)

    @classmethod
    def relaying(cls, signed_digest: bytes) -> JobName:
        """Return the name of the job that carries what was signed elsewhere: the 32 bytes signed."""
        return cls(SignedIntent.KIND, signed_digest)
