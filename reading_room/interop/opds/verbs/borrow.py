"""Borrow a work from an app, see what is borrowed, and give it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger_service.domain.errors import ClaimOnItsWay
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, Grant, GrantState
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted, reach
from ledger_service.ports.lending import GrantFilter, RequestFilter
from ledger_service.ports.paging import MOST_ITEMS, PageRequest
from ledger_service.services.lending.cohorts.claim_grant import claim_first
from ledger_service.services.lending.find_grants import list_grants
from ledger_service.services.lending.read_in_page import open_in_page
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.find_requests import (
    PlacedRequest,
    list_requests,
    place_request,
)
from ledger_service.services.library import Library
from reading_room.interop.opds.verbs.tell_works import ToldWork, tell_digests, tell_work

ALL = PageRequest("", MOST_ITEMS)
ON_THE_WAY = (GrantState.ACCEPTED, GrantState.SUBMITTED)


@dataclass(frozen=True)
class Borrowed:
    """A work that somebody has, or waits for: one of the two is there."""

    told: ToldWork
    grant: Grant | None = None
    asked: PlacedRequest | None = None


def borrow(library: Library, caller: Caller, digest: Digest, public_url: str) -> Borrowed:
    """Return the work as it was lent, or with the place in line. Asked again, it is the same.

    Raises: as `ask_for_loan`.
    """
    check_permitted(caller, Permission.REQUEST_MAKE)
    asked = ask_for_loan(library, caller, digest=digest)
    told = tell_work(library, digest, public_url)
    if asked.grant is None:
        return Borrowed(told, asked=place_request(library, asked))
    return Borrowed(told, grant=_standing(library, caller, digest))


def list_borrowed(library: Library, caller: Caller, public_url: str) -> list[Borrowed]:
    """Return what the caller has borrowed, and then what they wait for; some hundred at most."""
    reach(caller, Permission.GRANT_READ)
    name = caller.subject
    grants = list_grants(library, caller, ALL, GrantFilter(reader=name, is_live=True)).items
    asked = list_requests(library, caller, ALL, RequestFilter(reader=name, is_open=True)).items
    digests = [*(one.digest for one in grants), *(one.request.digest for one in asked)]
    works = _by_digest(tell_digests(library, digests, public_url))
    held = [
        Borrowed(works[one.digest], grant=one) for one in reversed(grants) if one.digest in works
    ]
    waits = [
        Borrowed(works[one.request.digest], asked=one)
        for one in asked
        if one.request.digest in works
    ]
    return held + waits


def open_borrowed(library: Library, caller: Caller, digest: Digest) -> str:
    """Return the key of a new opening, after its entry is durable.

    Raises:
        ClaimOnItsWay: the chain does not have the loan yet; nothing is written.
        NoLiveGrant and others: as `open_resource`.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    claimed = claim_first(library, caller, digest)
    newest = _standing(library, caller, digest)
    if claimed is not None or (newest is not None and newest.state in ON_THE_WAY):
        raise ClaimOnItsWay()
    key, _ = open_in_page(library, caller, digest)
    return key


def _standing(library: Library, caller: Caller, digest: Digest) -> Grant | None:
    """Return the caller's grant, one that the chain has if there is one."""
    with library.store.read() as transaction:
        grants = transaction.grants.of_reader(caller.subject, digest)
    now = library.clock()
    live = [one for one in grants if one.state in GRANT_STATES_STANDING and one.until > now]
    issued = [one for one in live if one.state not in ON_THE_WAY]
    return next(iter([*issued, *live]), None)


def _by_digest(works: Iterable[ToldWork]) -> dict[Digest, ToldWork]:
    """Return works by their digests; what was withdrawn is nobody's to read."""
    return {one.digest: one for one in works if not one.work.withdrawn}
