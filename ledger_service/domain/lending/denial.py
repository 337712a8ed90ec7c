"""Why a reader was refused: one word in the private part of a denial, which an auditor decides again.

Normative text: docs/formats.md §2.
"""

from __future__ import annotations

from enum import StrEnum

from ledger_service.domain.lending.grant import Grant, GrantState, Scope
from ledger_service.domain.reasons import Reason

_NO_SEAT = ("seat-taken", "no-seat-free")


class Denial(StrEnum):
    """withdrawn, elsewhere: of the resource, whoever asks. Else: of the reader's newest grant for it.

    ended-on-chain: the chain has ended it, or gone back behind it, and the index does not know yet.
    From seats-taken on: of a request to be lent the resource, not of an opening.
    """

    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"
    NO_GRANT = "no-grant"
    NOT_ISSUED = "not-issued"
    REJECTED = "rejected"
    NO_SEAT = "no-seat"
    SCOPE = "scope"
    EXPIRED = "expired"
    RETURNED = "returned"
    REVOKED = "revoked"
    ENDED_ON_CHAIN = "ended-on-chain"
    SEATS_TAKEN = "seats-taken"
    SEATS_KEPT = "seats-kept"
    NO_LICENSE = "no-license"
    OVER_LIMIT = "over-limit"
    NOT_LENT = "not-lent"

    @property
    def reason(self) -> Reason:
        """The reason that a person is told."""
        return Reason(f"denied.{self.value}")


DENIALS_OF_RESOURCE = (Denial.WITHDRAWN, Denial.ELSEWHERE)
DENIALS_BELIEVED = (
    Denial.SEATS_KEPT,
    Denial.NO_LICENSE,
    Denial.OVER_LIMIT,
    Denial.NOT_LENT,
)
"""Of requests: what the chain does not know, so that the library is believed."""
DENIALS_OF_REQUEST = (Denial.SEATS_TAKEN, *DENIALS_BELIEVED)
_BY_STATE = {
    GrantState.ACCEPTED: Denial.NOT_ISSUED,
    GrantState.SUBMITTED: Denial.NOT_ISSUED,
    GrantState.DISPUTED: Denial.NOT_ISSUED,
    GrantState.REJECTED: Denial.REJECTED,
    GrantState.RETURNING: Denial.RETURNED,
    GrantState.RETURNED: Denial.RETURNED,
    GrantState.REVOKING: Denial.REVOKED,
    GrantState.REVOKED: Denial.REVOKED,
}


def why_not_readable(grant: Grant) -> Denial | None:
    """Return why a grant permits no reading by the index alone; None if the chain has the word."""
    denial = _BY_STATE.get(grant.state)
    if denial is Denial.REJECTED and Reason.parse(grant.rejection or "").name in _NO_SEAT:
        return Denial.NO_SEAT
    if denial is None and Scope.READ not in grant.scopes:
        return Denial.SCOPE
    return denial
