"""Find requests, each with its place: a reader's own, or all of the library's."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ledger_service.domain.errors import RequestNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.request import Request
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import (
    Permission,
    Reach,
    Thing,
    check_permitted,
    reach,
    reaches,
)
from ledger_service.ports.lending import ALL_REQUESTS, RequestFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library


class PlacedRequest(NamedTuple):
    """place: in line, from 1, counting all that were asked before and are open; None once it has ended."""

    request: Request
    place: int | None


def list_requests(
    library: Library, caller: Caller, page: PageRequest, which: RequestFilter = ALL_REQUESTS
) -> Page[PlacedRequest]:
    """Return a page of the requests that the caller may see, in the order in which they were accepted.

    Raises:
        RoleNotHeld: another reader's are asked for. InvalidCursor: no list handed the cursor out.
    """
    if which.reader is not None:
        check_permitted(caller, Permission.REQUEST_READ, Thing.of_reader(which.reader))
    if reach(caller, Permission.REQUEST_READ) is Reach.OWN:
        which = replace(which, reader=caller.subject)
    with library.store.read() as transaction:
        places = _Places(library, transaction)
        return transaction.requests.page(which, page).map(places.placed)


def show_request(library: Library, caller: Caller, request_id: str) -> PlacedRequest:
    """Return a request; raise RequestNotFound, also for one that the caller may not see."""
    reach(caller, Permission.REQUEST_READ)
    with library.store.read() as transaction:
        found = transaction.requests.find(request_id)
        if found is None or not reaches(
            caller, Permission.REQUEST_READ, Thing.of_reader(found.reader)
        ):
            raise RequestNotFound(request=request_id[:32])
        return _Places(library, transaction).placed(found)


def place_request(library: Library, request: Request) -> PlacedRequest:
    """Return a request of which it was just decided, with its place."""
    with library.store.read() as transaction:
        return _Places(library, transaction).placed(request)


class _Places:
    """Tells places; each line is read once."""

    def __init__(self, library: Library, transaction: Transaction) -> None:
        self._library, self._transaction = library, transaction
        self._lines: dict[Digest, list[int]] = {}

    def placed(self, request: Request) -> PlacedRequest:
        if not request.is_open:
            return PlacedRequest(request, None)
        digest = request.digest
        if digest not in self._lines:
            line = self._transaction.requests.line(digest, self._library.steward)
            self._lines[digest] = [one.serial for one in line]
        before = sum(serial < request.serial for serial in self._lines[digest])
        return PlacedRequest(request, before + 1)
