"""The state has moved on."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class Conflict(LedgerError):
    """Conflict with the present state."""


class ResourceAlreadyRegistered(Conflict):
    """Resource is already registered by this steward."""


class ContentKeptOtherwise(Conflict):
    """Content is kept in another form than this license asks for."""


class ResourceNotYetRegistered(Conflict):
    """Resource is accepted but not yet registered on chain."""


class SignatureAwaited(Conflict):
    """Resource waits for its registrar's signature."""


class RouteUnknown(Conflict):
    """It is not known how the resource was claimed."""


class WitnessHasOtherSize(Conflict):
    """`size` among the values: entries of the checkpoint that the witness has cosigned last."""

    @property
    def size(self) -> int:
        """Return the size that the witness has cosigned."""
        size = self.reason.values.get("size", 0)
        return size if isinstance(size, int) else 0


class ResourceInLedger(Conflict):
    """Resource is in the ledger, so its absence cannot be shown."""


class LedgerTooLarge(Conflict):
    """Ledger is too large to be audited here."""


class LicenseReplaced(Conflict):
    """The resource is under another license now."""


class LicenseNameTaken(Conflict):
    """License name is already in use."""


class GrantAlreadyRevoked(Conflict):
    """Grant is already revoked."""


class GrantHeld(Conflict):
    """A live grant with other scopes is held."""


class NoSeatFree(Conflict):
    """All seats of the license are taken."""


class NoCheckoutLeft(Conflict):
    """The license lets the resource be lent no more."""


class OverLimit(Conflict):
    """A reader, or a place, has as many as the library allows: loans, requests, annotations."""


class LoanNotNeeded(Conflict):
    """Everybody may read the resource, so that nobody need borrow it."""


class RequestNotReady(Conflict):
    """The turn of the request has not come."""


class RequestEnded(Conflict):
    """Request was decided, withdrawn or ended before."""


class OthersWait(Conflict):
    """Others wait in line for the resource."""


class CopyNotMade(Conflict):
    """No marked copy of the resource can be made."""


class DeploymentMismatch(Conflict):
    """Chain is not the one this library was set up on."""


class AlreadyInitialized(Conflict):
    """Library is already set up."""


class ChainNotReady(Conflict):
    """Chain is not ready for a library."""


class PortInUse(Conflict):
    """Port is in use."""


class ExportInTheWay(Conflict):
    """There is something already where an export should be."""


class HomeInUse(Conflict):
    """Home folder is in use."""


class NotInitialized(Conflict):
    """Library is not set up."""


class TransactionRejected(Conflict):
    """Chain rejected the transaction."""


class IdentityInUse(Conflict):
    """Somebody else signs in by this."""


class ProviderKnown(Conflict):
    """Provider is connected already."""


class EventNotOpen(Conflict):
    """The event is in a state, or so full, that this cannot be done now."""


class AnnotationChanged(Conflict):
    """The annotation was changed meanwhile."""


class ShelfChanged(Conflict):
    """The shelf was changed meanwhile."""


class PaperChanged(Conflict):
    """Somebody changed the text of the paper meanwhile."""


class NotificationDecided(Conflict):
    """The notification was decided already."""


class ProjectRefused(Conflict):
    """The project does not take this as it is now."""


class StatementClosed(Conflict):
    """What authors sign has gone on, or has ended."""


class CheckInRefused(Conflict):
    """Nobody is checked in by this."""


class CredentialRevoked(Conflict):
    """The library stands by this credential no more."""


class ProposalEnded(Conflict):
    """The proposal waits no more."""


class ProposalNotReady(Conflict):
    """The proposal has to wait longer."""


class NumberUsed(Conflict):
    """The account's transactions have other numbers by now."""


class HandOverNotReady(Conflict):
    """The admin roles cannot be accepted now."""


class MoveRefused(Conflict):
    """The library cannot go to other contracts now."""
