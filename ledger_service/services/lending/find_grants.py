"""Find grants: a reader's own, or all of the library's."""

from __future__ import annotations

from ledger_service.domain.errors import GrantNotFound
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import Grant
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library


def list_grants(library: Library, request: PageRequest, reader: str | None) -> Page[Grant]:
    """Return a page of grants, oldest first; raise InvalidCursor. reader: whose alone, None for all."""
    with library.store.read() as transaction:
        return transaction.grants.page(request, reader=reader)


def show_grant(library: Library, grant: GrantId, reader: str | None) -> Grant:
    """Return a grant; raise GrantNotFound, also for another reader's if a reader is named."""
    with library.store.read() as transaction:
        found = transaction.grants.find(grant)
    if found is None or reader not in (None, found.reader):
        raise GrantNotFound(f"There is no grant {grant} of this library.")
    return found
