"""List registrations by what last changed them, for whoever follows the library: oldest change first.

Each is listed once, where its newest entry stands, and those that are gone are listed with the rest. So a
reader who asks on from where it stopped misses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.registration import STATES_GONE, Registration
from ledger_service.domain.resources.search import WHOLE, Shelf
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import Changed
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told


@dataclass(frozen=True, slots=True)
class Change:
    """A registration as it is now, and what last changed it.

    entry: index of the entry that did; at: its time, in seconds since 1970 UTC, never less than that of an
    earlier entry.
    """

    registration: Registration
    entry: int
    at: int

    @property
    def is_gone(self) -> bool:
        """Whether nobody stands by it any more: only that it was there may be told."""
        return self.registration.state in STATES_GONE


def list_changes(
    library: Library,
    request: PageRequest,
    shelf: Shelf = WHOLE,
    since: int = 0,
    until: int | None = None,
) -> Page[Change]:
    """Return a page of what changed last from `since` until `until`, in seconds, both included.

    Raises InvalidCursor, MetadataMismatch.
    """
    with library.store.read() as transaction:
        return read_changes(transaction, transaction.changes.page(request, shelf, since, until))


def read_changes(transaction: Transaction, page: Page[Changed]) -> Page[Change]:
    """Return the registrations of a page, within a snapshot that is read for more; raise MetadataMismatch."""
    found = transaction.registrations.of_entries([row.claim for row in page.items])
    check_told(transaction, found)
    by_claim = {item.accepted_entry: item for item in found}
    return page.map(lambda row: Change(by_claim[row.claim], row.entry, row.at))


def find_change(transaction: Transaction, digest: Digest, steward: StewardId) -> Change | None:
    """Return a registration and what last changed it; None if there is none, or it waits for the chain.

    Raises MetadataMismatch.
    """
    found = transaction.registrations.find(digest, steward)
    changed = None if found is None else transaction.changes.of_claim(found.accepted_entry)
    if found is None or changed is None:
        return None
    check_told(transaction, [found])
    return Change(found, changed.entry, changed.at)
