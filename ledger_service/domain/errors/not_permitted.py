"""The caller lacks the right."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class NotPermitted(LedgerError):
    """Not permitted."""


class NotAuthenticated(NotPermitted):
    """A valid access token is needed."""


class FormOfAnotherSite(NotPermitted):
    """A page of another site asks for this."""


class RoleNotHeld(NotPermitted):
    """The token's role does not allow this."""


class NoCaseStands(NotPermitted):
    """No case lets the auditor look at this."""


class NoLiveGrant(NotPermitted):
    """No live grant for this resource."""


class RequestRefused(NotPermitted):
    """A request to be lent a resource is refused, and the refusal is an entry."""


class ContentClosed(NotPermitted):
    """Content is not open to everybody."""


class PeerNotAllowed(NotPermitted):
    """Notifications are not taken from this service."""


class StewardNotServed(NotPermitted):
    """Steward is not the one that this library serves."""


class SignInRefused(NotPermitted):
    """Signing in did not succeed."""


class NoPlaceHeld(NotPermitted):
    """Only who has a place at the event, or organizes it, may do this."""


class ProjectRightNotHeld(NotPermitted):
    """The role in the project does not allow this."""
