"""Cohorts: readers, such as a course, each of whom may claim a grant; named by one root."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidCohort
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import Scope

MOST_MEMBERS = 20_000
LONGEST_COURSE = 120  # characters


class CohortState(StrEnum):
    """How far a cohort has come.

    draft: a list was read and nothing is granted. granting: it is on its way to the chain. open: members may
    claim. closing: nobody claims here any more, and the chain will follow. over: its time has ended, which is
    told and never stored.
    """

    DRAFT = "draft"
    GRANTING = "granting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    REJECTED = "rejected"
    OVER = "over"


COHORT_STATES_STANDING = (CohortState.GRANTING, CohortState.OPEN)
"""Those whose members claim now, or once the chain has the cohort."""


@dataclass(frozen=True)
class StatedCohort:
    """What a registrar signs of a cohort. root, salt: 32 bytes; until: seconds since 1970 UTC."""

    digest: Digest
    steward: StewardId
    root: bytes
    size: int
    scopes: Scope
    until: int
    salt: bytes


@dataclass(frozen=True)
class Cohort:
    """A cohort as the library keeps it. name: 32 random hex digits; course: what the librarian calls it.

    stated, on_chain: what was signed, and the 32 bytes that name it on chain; None while it is a draft. Times
    in seconds since 1970 UTC.
    """

    name: str
    course: str
    digest: Digest
    steward: StewardId
    scopes: Scope
    until: int
    state: CohortState
    made_at: int
    stated: StatedCohort | None = None
    rejection: str | None = None
    on_chain: bytes | None = None

    def state_at(self, now: int) -> CohortState:
        """Return the state as it is told at a time, in seconds since 1970 UTC."""
        may_end = self.state in COHORT_STATES_STANDING
        return CohortState.OVER if may_end and self.until <= now else self.state


@dataclass(frozen=True)
class Member:
    """One of a cohort. index: the place in the tree, from 0; reader: the service's own random name.

    cohort: its name; salt: 32 bytes that open the commitment. Of who has left, salt and reader are None.
    """

    cohort: str
    index: int
    grantee: Commitment
    reader: str | None
    salt: bytes | None
    grant: GrantId | None = None


def check_course(course: str) -> None:
    """Check that a course may be called so; raise InvalidCohort otherwise."""
    if (
        not course.isprintable()
        or course != course.strip()
        or not 1 <= len(course) <= LONGEST_COURSE
    ):
        raise InvalidCohort("course", longest=LONGEST_COURSE)
