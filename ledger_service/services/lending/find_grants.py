"""Find grants: a reader's own, or all of the library's."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import GrantNotFound
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Reach, reach, reaches
from ledger_service.ports.lending import ALL_GRANTS, GrantFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library


def list_grants(
    library: Library, caller: Caller, request: PageRequest, which: GrantFilter = ALL_GRANTS
) -> Page[Grant]:
    """Return a page of the grants that the caller may see, oldest first; raise InvalidCursor."""
    if reach(caller, Permission.GRANT_READ) is Reach.OWN:
        which = replace(which, reader=caller.subject)
    with library.store.read() as transaction:
        return transaction.grants.page(which, request)


def show_grant(library: Library, caller: Caller, grant: GrantId) -> Grant:
    """Return a grant; raise GrantNotFound, also for one that the caller may not see."""
    reach(caller, Permission.GRANT_READ)
    with library.store.read() as transaction:
        found = transaction.grants.find(grant)
    if found is None or not reaches(caller, Permission.GRANT_READ, found.reader):
        raise GrantNotFound(grant=str(grant))
    return found
