"""The caller lacks the right."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class NotPermitted(LedgerError):
    title = "Not permitted"


class NotAuthenticated(NotPermitted):
    title = "A valid access token is needed"


class RoleNotHeld(NotPermitted):
    title = "The token's role does not allow this"


class NoLiveGrant(NotPermitted):
    title = "No live grant for this resource"


class StewardNotServed(NotPermitted):
    title = "Steward is not the one that this library serves"
