"""Tell whoever is signed in what the page of a closed resource has for them: open it, ask, or wait."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted, holds
from ledger_service.ports.lending import RequestFilter
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.requests.find_requests import PlacedRequest, list_requests
from ledger_service.services.lending.tell_access import Access, Action, Help, tell_access
from ledger_service.services.library import Library

ONE = PageRequest("", 1)


@dataclass(frozen=True)
class Offer:
    """What somebody may do to read a resource. read: whether they may read it, and why not.

    opens: it can be opened now, or claimed by opening it; asks: a loan can be asked for; asked: what they
    asked for before, if that may still become a loan.
    """

    read: Access
    opens: bool
    asks: bool
    asked: PlacedRequest | None

    @property
    def waits(self) -> bool:
        """Whether the right to read is on its way."""
        return self.read.helps is Help.WAIT


def offer_reading(library: Library, caller: Caller, digest: Digest) -> Offer:
    """Return what the caller may do to read a resource; raise ResourceNotFound."""
    check_permitted(caller, Permission.RESOURCE_READ)
    told = tell_access(library, caller, digest)
    read = told.of(Action.READ)
    asked = None if read.allowed else _asked(library, caller, digest)
    opens = read.allowed or (asked is None and _may_claim(library, caller, digest))
    asks = asked is None and told.of(Action.ASK).allowed
    return Offer(read, opens, asks, asked)


def _asked(library: Library, caller: Caller, digest: Digest) -> PlacedRequest | None:
    """Return the caller's open request; none of somebody who may have none."""
    if caller.actor is not Actor.READER or not holds(caller, Permission.REQUEST_MAKE):
        return None
    which = RequestFilter(digest=digest, reader=caller.subject, is_open=True)
    return next(iter(list_requests(library, caller, ONE, which).items), None)


def _may_claim(library: Library, caller: Caller, digest: Digest) -> bool:
    """Return whether a course gives the caller a grant that was not claimed yet."""
    if not holds(caller, Permission.COHORT_CLAIM):
        return False
    with library.store.read() as transaction:
        return transaction.cohorts.right_of(caller.subject, digest, library.clock()) is not None
