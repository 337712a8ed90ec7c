"""Grants: permission for one grantee until a time, within the license's terms.

The same rules stand in AccessGrants.sol, which decides; here they give early, kind answers and let
an auditor decide again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from ledger_service.domain.chain_errors import GrantEndsInPast, LoanTooLong
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.resources.license import LicenseTerms

ERASED_READER, ERASED = "erased", bytes(32)
"""What stands for a reader who was erased: the name, which no reader has, and pseudonym and salt."""
OLDEST_HEAD_SECONDS = 60  # an older newest block decides no release


class Scope(IntFlag):
    """What a grant permits, as bits on chain."""

    READ = 1
    DOWNLOAD = 2
    PRINT = 4


class GrantState(StrEnum):
    """How far a grant has come on its way to the chain, and what became of it there.

    disputed: it was issued, and the chain has lost it; it is on its way again, and opens nothing.
    ended: its time is over. That is told and never stored, since nothing happens when it ends.
    """

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    RETURNING = "returning"
    RETURNED = "returned"
    REVOKING = "revoking"
    REVOKED = "revoked"
    ENDED = "ended"


GRANT_STATES_STANDING = (
    GrantState.ACCEPTED,
    GrantState.SUBMITTED,
    GrantState.ISSUED,
    GrantState.DISPUTED,
)
GRANT_STATES_HOLDING_A_SEAT = (
    *GRANT_STATES_STANDING,
    GrantState.RETURNING,
    GrantState.REVOKING,
)
GRANT_STATES_THAT_END = (GrantState.ISSUED, GrantState.DISPUTED)
"""Those that are told as ended once their time is over."""
GRANT_STATES_ENDING = (
    GrantState.RETURNING,
    GrantState.RETURNED,
    GrantState.REVOKING,
    GrantState.REVOKED,
)


@dataclass(frozen=True)
class Grant:
    """A grant as the index holds it. Times in seconds since 1970 UTC; seat counted from 0, turn from 1.

    reader is the service's own random name for the reader; pseudonym and salt (32 bytes each) open
    the grantee commitment that is on chain. Once the reader is erased, they are ERASED_READER and ERASED.
    """

    id: GrantId
    digest: Digest
    steward: StewardId
    reader: str
    pseudonym: bytes
    salt: bytes
    grantee: Commitment
    scopes: Scope
    until: int
    seat: int
    turn: int
    state: GrantState
    accepted_at: int
    rejection: str | None = None

    @property
    def is_erased(self) -> bool:
        """Return whether nobody can tell any more whose it is."""
        return self.reader == ERASED_READER

    def state_at(self, now: int) -> GrantState:
        """Return the state as it is told at a time, in seconds since 1970 UTC."""
        may_end = self.state in GRANT_STATES_THAT_END
        return GrantState.ENDED if may_end and self.until <= now else self.state


def grant_id(
    digest: Digest, steward: StewardId, seat: int, turn: int, grantee: Commitment, scopes: Scope
) -> GrantId:
    """Return SHA-256(digest ‖ steward ‖ seat ‖ turn ‖ grantee ‖ scopes), 32 bytes each.

    seat: from 0; turn: which grant of the seat it is, from 1. Source: AccessGrants.sol.
    """
    numbers = seat.to_bytes(32, "big") + turn.to_bytes(32, "big")
    words = digest.value + steward.value + numbers + grantee.value + scopes.to_bytes(32, "big")
    return GrantId(hashlib.sha256(words).digest())


def check_loan(terms: LicenseTerms, now: int, until: int) -> None:
    """Check that a grant from now until then is within the terms.

    Raises:
        GrantEndsInPast: until is not after now.
        LoanTooLong: it is longer than the license's longest loan.
    """
    if until <= now:
        raise GrantEndsInPast(until=until, now=now)
    if until - now > terms.longest_loan_seconds:
        raise LoanTooLong(longest=terms.longest_loan_seconds, asked=until - now)


def free_seat(taken: set[int], seats: int) -> int | None:
    """Return the lowest seat (from 0) that is not taken, or None when all are."""
    seat = 0
    while seat in taken:
        seat += 1
    return seat if seat < seats else None
