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


class CouncilWithoutMembers(InvalidInput):
    """A council has at least one member."""


class CouncilMemberIsZero(InvalidInput):
    """An account of zeros is no member of a council."""


class CouncilTakesNoValue(InvalidInput):
    """A council holds no value."""


class LicenseWithoutSeats(InvalidInput):
    """A license has at least one seat."""


class LicenseWithoutLoan(InvalidInput):
    """A license allows a loan of at least one second."""


class InvalidLicenseUri(InvalidInput):
    """License URI is not acceptable."""


class LoanTooLong(InvalidInput):
    """Loan is longer than the license allows."""


class GrantEndsInPast(InvalidInput):
    """Grant would end in the past."""


class SeatOutOfRange(InvalidInput):
    """License has no such seat."""


class GranteeIsZero(InvalidInput):
    """A grant's grantee is not zero."""


class GrantWithoutScopes(InvalidInput):
    """A grant has at least one scope."""


class InvalidIntentSignature(InvalidInput):
    """Intent signature does not hold."""


class IntentDeadlineTooFar(InvalidInput):
    """Signed intent's deadline is too far ahead."""


class InvalidWithdrawalReason(InvalidInput):
    """Withdrawal reason is not known."""


class SuccessorIsSame(InvalidInput):
    """A resource does not supersede itself."""


class OriginalIsSame(InvalidInput):
    """A resource is not a rendition of itself."""


class InvalidRelation(InvalidInput):
    """Relation to a successor is not known."""


class InvalidBatchSize(InvalidInput):
    """A batch has too few or too many registrations."""


class SaltIsZero(InvalidInput):
    """A deployment's salt is not zero."""


class AnchorerIsZero(InvalidInput):
    """An anchorer's account is not zero."""


class LedgerIsZero(InvalidInput):
    """A ledger's id is not zero."""


class StewardIsZero(InvalidInput):
    """A steward's id is not zero."""


class AgentIsZero(InvalidInput):
    """An agent's account is not zero."""


class WindowEmpty(InvalidInput):
    """Agent's window is empty."""


class LedgerWithoutSteward(InvalidInput):
    """A ledger is kept by a steward."""


class CohortIsEmpty(InvalidInput):
    """A cohort has at least one member."""


class RenewalNotLater(InvalidInput):
    """A renewal moves the end of a grant later."""


class StewardNotAccredited(NotPermitted):
    """Steward is not accredited."""


class RegistrarNotLive(NotPermitted):
    """Registrar key is not live for this steward."""


class AgentNotLive(NotPermitted):
    """Account does not act for this steward now."""


class NotSelfService(NotPermitted):
    """License is not self-service."""


class LedgerOfOtherSteward(NotPermitted):
    """Ledger is kept by another steward."""


class NotAnchorer(NotPermitted):
    """Account may not anchor this ledger."""


class LicenseNotFound(NotFound):
    """License is not defined."""


class LedgerNotFound(NotFound):
    """Ledger is not open on chain."""


class AgentNotFound(NotFound):
    """Agent is not known on chain."""


class CheckpointNotAnchored(NotFound):
    """Checkpoint of this size is not on chain."""


class LicenseNumberNotFound(NotFound):
    """License number is not known on chain."""


class ResourceIsWithdrawn(Conflict):
    """Resource is withdrawn."""


class LicenseAlreadyDefined(Conflict):
    """License is already defined."""


class SeatTaken(Conflict):
    """Seat is taken."""


class InvalidTurn(Conflict):
    """Seat has been granted meanwhile."""


class GrantNotLive(Conflict):
    """Grant is not live."""


class CohortNotOpen(Conflict):
    """Cohort is not open."""


class CohortAlreadyGranted(Conflict):
    """Cohort is already granted."""


class CohortAlreadyClaimed(Conflict):
    """Member has claimed already."""


class LedgerAlreadyOpen(Conflict):
    """Ledger is already open on chain."""


class CheckpointSizeNotLarger(Conflict):
    """Checkpoint does not grow the ledger."""


class IntentExpired(Conflict):
    """Signed intent has expired."""


class NonceAlreadyUsed(Conflict):
    """Signed intent's nonce is already used."""


class StewardAlreadyAccredited(Conflict):
    """Steward is accredited already."""


class StewardNotSuspended(Conflict):
    """Steward is not suspended."""


class AgentAlreadyAdded(Conflict):
    """Account acts for a steward already."""


class CloseNotEarlier(Conflict):
    """Closing an agent must move its end earlier."""


class ResourceAlreadySuperseded(Conflict):
    """Resource is superseded already."""


class ResourceIsRendition(Conflict):
    """Resource is a rendition of another."""


class LinkNotFound(NotFound):
    """Resource does not point to the other so."""


class LinkWasTakenBack(Conflict):
    """Link was taken back before."""


@cache
def error_types() -> dict[str, type[LedgerError]]:
    """Return every family and leaf of the error tree, ours and the twins, by its slug."""
    return {
        item.slug(): item
        for names in (vars(errors), globals())
        for item in names.values()
        if isinstance(item, type) and issubclass(item, LedgerError)
    }
