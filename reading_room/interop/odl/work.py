"""Note how loans of other libraries went on, and tell those libraries."""

from __future__ import annotations

import json
from collections.abc import Callable

from ledger_service import messages
from ledger_service.services.lending.distribution.find_loan import ToldLoan
from ledger_service.services.lending.distribution.tell_distributor import (
    follow_loans,
    forget_loans,
    tell_distributors,
)
from ledger_service.services.library import Library
from reading_room.interop.odl.rules import STATUS_TYPE, status_document


def work(library: Library, stops: Callable[[], bool]) -> None:
    """Do what is due now."""
    while not stops() and follow_loans(library):
        pass
    tell_distributors(library, _written, stops)
    while not stops() and forget_loans(library):
        pass


def _written(told: ToldLoan) -> tuple[bytes, str]:
    message = messages.said(f"page.loan-status.{told.status.name.lower()}", messages.ENGLISH)
    document = status_document(told, message)
    return json.dumps(document, ensure_ascii=False).encode(), STATUS_TYPE
