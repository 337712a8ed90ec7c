"""Find cohorts and how far they have come; and the rights that courses give a reader."""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.cohort import Cohort
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.cohorts import CohortCounts, MemberRight
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.lending.cohorts.grant_cohort import cohort_named
from ledger_service.services.library import Library


class CohortSeen(NamedTuple):
    """A cohort, and what its members have done."""

    cohort: Cohort
    counts: CohortCounts


def list_cohorts(
    library: Library, caller: Caller, request: PageRequest, digest: Digest | None = None
) -> Page[CohortSeen]:
    """Return a page of cohorts, newest first, of one resource if told; raise InvalidCursor."""
    check_permitted(caller, Permission.COHORT_READ)
    with library.store.read() as transaction:
        found = transaction.cohorts.page(request, digest)
        return found.map(lambda one: CohortSeen(one, transaction.cohorts.counts(one.name)))


def show_cohort(library: Library, caller: Caller, name: str) -> CohortSeen:
    """Return a cohort; raise CohortNotFound if there is none."""
    check_permitted(caller, Permission.COHORT_READ)
    with library.store.read() as transaction:
        found = cohort_named(library, transaction, name)
        return CohortSeen(found, transaction.cohorts.counts(name))


def list_rights(library: Library, caller: Caller) -> list[MemberRight]:
    """Return what courses give the calling reader in cohorts that stand, claimed or not."""
    check_permitted(caller, Permission.COHORT_CLAIM)
    with library.store.read() as transaction:
        return transaction.cohorts.rights_of(caller.subject, library.clock())
