"""Which file a license server encrypted of a resource, and what that server was told of a loan."""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.lending import ProtectedLoan

WAITS = (60, 300, 1800, 7200, 43_200)
"""Seconds after each attempt that failed; the last stands for all later ones, too."""


class Bound(NamedTuple):
    """A resource, and its encrypted file. publication: the UUID by which the license server knows it."""

    digest: Digest
    publication: str
    bound_at: int


class Issued(NamedTuple):
    """A license that the server has, or may have. address: the loan's (LoanElsewhere).

    until: the end that the server was told, 0 before it was told any. is_over: that end has come, and no
    other follows. try_at: when it is asked again after it did not answer; tries: how often it did not.
    """

    id: str
    address: bytes
    publication: str
    start: int
    prints: bool
    until: int = 0
    is_over: bool = False
    try_at: int = 0
    tries: int = 0

    def ending(self, until: int) -> ProtectedLoan:
        """Return the loan as the server is told of it."""
        return ProtectedLoan(self.id, self.publication, self.start, until, self.prints)
