"""Find grants: a reader's own, or all of the library's, and what speaks against one."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import GrantNotFound
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.denial import Denial, why_not_readable
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import (
    Permission,
    Reach,
    Thing,
    check_permitted,
    reach,
    reaches,
)
from ledger_service.domain.resources.registration import STATES_WITHDRAWN
from ledger_service.ports.lending import ALL_GRANTS, GrantFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library


def list_grants(
    library: Library, caller: Caller, request: PageRequest, which: GrantFilter = ALL_GRANTS
) -> Page[Grant]:
    """Return a page of the grants that the caller may see, oldest first.

    Raises:
        RoleNotHeld: whose they are is asked for by a name that the caller may not know.
        NoCaseStands: by a pseudonym, and no case lets the caller look at any, or at those of the resource.
        InvalidCursor: no list handed the cursor out.
    """
    if which.pseudonym is not None:
        which = _in_cases(library, caller, which)
    if which.reader is not None:
        check_permitted(caller, Permission.GRANT_READER, Thing.of_reader(which.reader))
    if reach(caller, Permission.GRANT_READ) is Reach.OWN:
        which = replace(which, reader=caller.subject)
    with library.store.read() as transaction:
        return transaction.grants.page(which, request, library.clock())


def _in_cases(library: Library, caller: Caller, which: GrantFilter) -> GrantFilter:
    """Return the filter, by a pseudonym, as far as the caller's cases go: one that a case told of names
    grants of other resources, too.
    """
    now = library.clock()
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(digest=which.digest, at=now))
    standing = [case.about for case in caller.cases if case.stands_at(now)]
    if None in standing:
        return which
    return replace(which, among=frozenset().union(*(about for about in standing if about)))


def show_grant(library: Library, caller: Caller, grant: GrantId) -> Grant:
    """Return a grant; raise GrantNotFound, also for one that the caller may not see."""
    reach(caller, Permission.GRANT_READ)
    with library.store.read() as transaction:
        found = transaction.grants.find(grant)
    if found is None or not reaches(caller, Permission.GRANT_READ, Thing.of_reader(found.reader)):
        raise GrantNotFound(grant=str(grant))
    return found


def standing_grant(
    transaction: Transaction, digest: Digest, steward: StewardId, grant_id: GrantId
) -> tuple[Grant, Denial | None]:
    """Return the grant of a decision, and what the library now holds against it, if anything."""
    grant = transaction.grants.find(grant_id)
    registration = transaction.registrations.find(digest, steward)
    assert grant is not None  # grants are never deleted
    assert registration is not None  # nor registrations
    is_withdrawn = registration.state in STATES_WITHDRAWN
    return grant, Denial.WITHDRAWN if is_withdrawn else why_not_readable(grant)
