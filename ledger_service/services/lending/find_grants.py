"""Find grants: a reader's own, or all of the library's."""

from __future__ import annotations

from ledger_service.domain.errors import GrantNotFound
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Reach, reach, reaches
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library


def list_grants(library: Library, caller: Caller, request: PageRequest) -> Page[Grant]:
    """Return a page of the grants that the caller may see, oldest first; raise InvalidCursor."""
    how_far = reach(caller, Permission.GRANT_READ)
    with library.store.read() as transaction:
        if how_far is Reach.OWN:
            return transaction.grants.page_of_reader(caller.subject, request)
        return transaction.grants.page(request)


def show_grant(library: Library, caller: Caller, grant: GrantId) -> Grant:
    """Return a grant; raise GrantNotFound, also for one that the caller may not see."""
    reach(caller, Permission.GRANT_READ)
    with library.store.read() as transaction:
        found = transaction.grants.find(grant)
    if found is None or not reaches(caller, Permission.GRANT_READ, found.reader):
        raise GrantNotFound(grant=str(grant))
    return found
