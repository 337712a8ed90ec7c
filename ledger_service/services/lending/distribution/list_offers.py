"""List what other libraries may lend: closed content that this library keeps, under self-service licenses.

What is free follows from grants and lines as this library has them, for a page at once; no node is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.lending.loan_elsewhere import license_name
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import STATES_READABLE, Registration
from ledger_service.ports.paging import Page, PageRequest, every
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import stored_of
from ledger_service.services.resources.find_resources import check_told

MOST_FREE = 2**31 - 1
"""What is told of a license without a limit of seats: more than other systems' columns hold nobody needs."""


@dataclass(frozen=True)
class Offer:
    """A resource under a license. license: one under which it stands or stood; taken, kept: seats that grants
    hold, and that readers in line have; lent: how often it was lent in all; stands: whether it is lent now.
    """

    registration: Registration
    license: License
    taken: int
    kept: int
    lent: int
    stands: bool

    @property
    def name(self) -> str:
        """What it is called as a license of ODL."""
        return license_name(self.registration.digest, self.license.id)

    @property
    def seats(self) -> int | None:
        """How many may have it at a time, None for no limit."""
        seats = self.license.terms.seats
        return None if seats >= UNLIMITED_SEATS else seats

    @property
    def left(self) -> int | None:
        """How often it may still be lent, None for no limit."""
        most = self.license.checkouts
        return None if most is None else max(0, most - self.lent)

    @property
    def free(self) -> int:
        """How many more may have it now."""
        if not self.stands:
            return 0
        seats = MOST_FREE if self.seats is None else self.seats - self.taken - self.kept
        return max(0, min(seats, MOST_FREE if self.left is None else self.left))


def list_offers(library: Library, caller: Caller, request: PageRequest) -> Page[Offer]:
    """Return a page of what may be lent, by the entries that took it in; raise InvalidCursor.

    A page may hold fewer than are asked for, since of some the content lies elsewhere.
    """
    check_permitted(caller, Permission.LOAN_DISTRIBUTE)
    with library.store.read() as transaction:
        licenses = _lendable(transaction)
        page = transaction.registrations.page_under(library.steward, licenses, request)
        check_told(transaction, page.items)
        stored = stored_of(transaction, page.items)
        kept = [
            item
            for item in page.items
            if (row := stored.get((item.digest, item.steward))) and row.wrapped is not None
        ]
        return Page(_offers(library, transaction, kept, licenses), page.next)


def show_offer(library: Library, caller: Caller, digest: Digest, license_id: LicenseId) -> Offer:
    """Return how a resource is offered under a license, which it may have had before.

    Raises:
        ResourceNotFound: it is not registered here, or there is no such license.
    """
    check_permitted(caller, Permission.LOAN_DISTRIBUTE)
    with library.store.read() as transaction:
        return find_offer(library, transaction, digest, license_id)


def find_offer(
    library: Library, transaction: Transaction, digest: Digest, license_id: LicenseId
) -> Offer:
    """Do as `show_offer`, in a transaction."""
    registration = transaction.registrations.find(digest, library.steward)
    license_row = transaction.licenses.find(license_id)
    if registration is None or license_row is None:
        raise ResourceNotFound("here", digest=str(digest))
    [offer] = _offers(library, transaction, [registration], {license_id: license_row})
    return offer


def _lendable(transaction: Transaction) -> dict[LicenseId, License]:
    """Return the licenses under which readers are lent something without a registrar's decision."""
    return {
        row.id: row
        for row in every(transaction.licenses.page)
        if row.terms.self_service and not row.terms.is_open
    }


def _offers(
    library: Library,
    transaction: Transaction,
    registrations: Sequence[Registration],
    licenses: dict[LicenseId, License],
) -> list[Offer]:
    digests = [item.digest for item in registrations]
    held = transaction.grants.held(library.steward, digests, library.clock())
    lines = transaction.requests.in_line(library.steward, digests)
    made = []
    for item in registrations:
        row = licenses.get(item.license) or next(iter(licenses.values()))
        taken, lent = held.get(item.digest, (0, 0))
        is_lent = row.terms.self_service and not row.terms.is_open
        stands = item.state in STATES_READABLE or item.stands_in_bulk
        is_under = is_lent and stands and row.id == item.license
        made.append(Offer(item, row, taken, lines.get(item.digest, 0), lent, is_under))
    return made
