"""Tell those who ask for something why it will not go on chain for now, as the worker saw it last."""

from __future__ import annotations

from ledger_service.domain.reasons import Reason
from ledger_service.services.library import Library

HOLDING_UP = ("own-steward-suspended", "no-live-account.registrar", "relayer-budget-spent")
"""Warnings of the worker that are about registrations."""


def why_waiting(library: Library) -> Reason | None:
    """Return why registrations wait, None if nothing holds them up."""
    with library.store.read() as transaction:
        warnings = transaction.worker_state.read().warnings
    return next((reason for reason in warnings if reason.name in HOLDING_UP), None)
