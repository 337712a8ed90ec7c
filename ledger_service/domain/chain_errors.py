"""Twins of the errors that only the contracts decide: same names, so that a refusal on chain reads the
same as one by the service. Errors that both decide stand in errors.py.
"""

from __future__ import annotations

from functools import cache

from ledger_service.domain import errors
from ledger_service.domain.errors import (
    Conflict,
    InvalidInput,
    LedgerError,
    NotFound,
    NotPermitted,
)


class LicenseWithoutSeats(InvalidInput):
    title = "A license has at least one seat"


class LicenseWithoutLoan(InvalidInput):
    title = "A license allows a loan of at least one second"


class InvalidLicenseUri(InvalidInput):
    title = "License URI is not acceptable"


class LoanTooLong(InvalidInput):
    title = "Loan is longer than the license allows"


class GrantEndsInPast(InvalidInput):
    title = "Grant would end in the past"


class SeatOutOfRange(InvalidInput):
    title = "License has no such seat"


class GranteeIsZero(InvalidInput):
    title = "A grant's grantee is not zero"


class GrantWithoutScopes(InvalidInput):
    title = "A grant has at least one scope"


class InvalidIntentSignature(InvalidInput):
    title = "Intent signature does not hold"


class IntentDeadlineTooFar(InvalidInput):
    title = "Signed intent's deadline is too far ahead"


class InvalidWithdrawalReason(InvalidInput):
    title = "Withdrawal reason is not known"


class SuccessorIsSame(InvalidInput):
    title = "A resource does not supersede itself"


class OriginalIsSame(InvalidInput):
    title = "A resource is not a rendition of itself"


class InvalidRelation(InvalidInput):
    title = "Relation to a successor is not known"


class InvalidBatchSize(InvalidInput):
    title = "A batch has too few or too many registrations"


class SaltIsZero(InvalidInput):
    title = "A deployment's salt is not zero"


class AnchorerIsZero(InvalidInput):
    title = "An anchorer's account is not zero"


class LedgerIsZero(InvalidInput):
    title = "A ledger's id is not zero"


class StewardIsZero(InvalidInput):
    title = "A steward's id is not zero"


class AgentIsZero(InvalidInput):
    title = "An agent's account is not zero"


class WindowEmpty(InvalidInput):
    title = "Agent's window is empty"


class LedgerWithoutSteward(InvalidInput):
    title = "A ledger is kept by a steward"


class CohortIsEmpty(InvalidInput):
    title = "A cohort has at least one member"


class RenewalNotLater(InvalidInput):
    title = "A renewal moves the end of a grant later"


class StewardNotAccredited(NotPermitted):
    title = "Steward is not accredited"


class RegistrarNotLive(NotPermitted):
    title = "Registrar key is not live for this steward"


class AgentNotLive(NotPermitted):
    title = "Account does not act for this steward now"


class NotSelfService(NotPermitted):
    title = "License is not self-service"


class LedgerOfOtherSteward(NotPermitted):
    title = "Ledger is kept by another steward"


class NotAnchorer(NotPermitted):
    title = "Account may not anchor this ledger"


class LicenseNotFound(NotFound):
    title = "License is not defined"


class LedgerNotFound(NotFound):
    title = "Ledger is not open on chain"


class AgentNotFound(NotFound):
    title = "Agent is not known on chain"


class CheckpointNotAnchored(NotFound):
    title = "Checkpoint of this size is not on chain"


class LicenseNumberNotFound(NotFound):
    title = "License number is not known on chain"


class ResourceIsWithdrawn(Conflict):
    title = "Resource is withdrawn"


class LicenseAlreadyDefined(Conflict):
    title = "License is already defined"


class SeatTaken(Conflict):
    title = "Seat is taken"


class InvalidTurn(Conflict):
    title = "Seat has been granted meanwhile"


class GrantNotLive(Conflict):
    title = "Grant is not live"


class CohortNotOpen(Conflict):
    title = "Cohort is not open"


class CohortAlreadyGranted(Conflict):
    title = "Cohort is already granted"


class CohortAlreadyClaimed(Conflict):
    title = "Member has claimed already"


class LedgerAlreadyOpen(Conflict):
    title = "Ledger is already open on chain"


class CheckpointSizeNotLarger(Conflict):
    title = "Checkpoint does not grow the ledger"


class IntentExpired(Conflict):
    title = "Signed intent has expired"


class NonceAlreadyUsed(Conflict):
    title = "Signed intent's nonce is already used"


class StewardAlreadyAccredited(Conflict):
    title = "Steward is accredited already"


class StewardNotSuspended(Conflict):
    title = "Steward is not suspended"


class AgentAlreadyAdded(Conflict):
    title = "Account acts for a steward already"


class CloseNotEarlier(Conflict):
    title = "Closing an agent must move its end earlier"


class ResourceAlreadySuperseded(Conflict):
    title = "Resource is superseded already"


class ResourceIsRendition(Conflict):
    title = "Resource is a rendition of another"


@cache
def error_types() -> dict[str, type[LedgerError]]:
    """Return every family and leaf of the error tree, ours and the twins, by its slug."""
    return {
        item.slug(): item
        for names in (vars(errors), globals())
        for item in names.values()
        if isinstance(item, type) and issubclass(item, LedgerError)
    }
