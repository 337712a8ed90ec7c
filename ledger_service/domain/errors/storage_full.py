"""The operator must add space."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class StorageFull(LedgerError):
    """Storage is full."""


class ContentStoreFull(StorageFull):
    """Content store is full."""


class CopiesFull(StorageFull):
    """No more of other members' content is kept here."""
