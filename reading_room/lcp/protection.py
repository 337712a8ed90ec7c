"""What the room does for loans of other libraries: see docs/rooms.md, `protection`."""

from __future__ import annotations

from collections.abc import Collection

from ledger_service.domain.identifiers import Digest
from ledger_service.services.lending.distribution.find_loan import ToldLoan
from ledger_service.services.library import Library
from reading_room.lcp.sql import SqlLcp
from reading_room.lcp.verbs import license_loan as verbs

MEDIA_TYPE = "application/vnd.readium.lcp.license.v1.0+json"


def protected(library: Library, digests: Collection[Digest]) -> frozenset[Digest]:
    """Return those of these resources whose loans may have licenses."""
    return verbs.protected(library, SqlLcp, digests)


def has_license(library: Library, told: ToldLoan) -> bool:
    """Return whether a loan has a license, or would be given one."""
    return verbs.has_license(library, SqlLcp, told)


def license_loan(library: Library, told: ToldLoan) -> bytes:
    """Return the license of a loan."""
    return verbs.license_loan(library, SqlLcp, told)


def find_licensed(library: Library, license_id: str) -> ToldLoan:
    """Return the loan that has a license; raise LoanNotFound."""
    return verbs.find_licensed(library, SqlLcp, license_id)
