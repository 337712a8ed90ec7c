"""What the routes need of whatever protects files of loans: a room's part `protection` (docs/rooms.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.services.lending.distribution.find_loan import ToldLoan
from ledger_service.services.library import Library


class Protection(Protocol):
    """Gives loans licenses of Readium LCP."""

    def protected(self, library: Library, digests: Collection[Digest]) -> frozenset[Digest]:
        """Return those of these resources whose loans may have licenses."""

    def has_license(self, library: Library, told: ToldLoan) -> bool:
        """Return whether a loan has a license, or would be given one."""

    def license_loan(self, library: Library, told: ToldLoan) -> bytes:
        """Return the license of a loan, after the entry of its opening is durable.

        Raises:
            LoanNotFound: it has none.
            LicenseServerUnavailable: whoever makes it does not answer.
            What `open_loan` raises.
        """

    def find_licensed(self, library: Library, license_id: str) -> ToldLoan:
        """Return the loan that has a license; raise LoanNotFound."""
