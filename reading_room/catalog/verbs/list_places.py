"""List what the catalog has, and who and what belongs together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.chain.history import AgentWindow, ChainHistory
from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.resources.registration import Registration
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import Steward
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told
from reading_room.catalog.ports import CatalogTables, Place
from reading_room.catalog.rules.shelf import Collection, Order

Tables = Callable[[Any], CatalogTables]
"""Makes the room's tables of a connection."""


@dataclass(frozen=True)
class StewardEntry:
    """An institution as the catalog shows it.

    windows: of accounts that may register in its name, as the chain tells; is_accredited: whether it is now;
    count: of its registrations that are listed.
    """

    steward: Steward
    is_accredited: bool
    windows: Mapping[str, AgentWindow]
    count: int


def list_registrations(
    library: Library, tables: Tables, request: PageRequest, shelf: Shelf, order: Order
) -> Page[Registration]:
    """Return a page of the registrations that a list has; raise InvalidCursor, MetadataMismatch."""
    with library.store.read() as transaction:
        page = transaction.room(tables).page(request, shelf, order)
        order_of = {item.entry: place for place, item in enumerate(page.items)}
        found = transaction.registrations.of_entries(list(order_of))
        rows = sorted(found, key=lambda item: order_of[item.accepted_entry])
        check_told(transaction, rows)
    return Page(rows, page.next)


def count_places(library: Library, tables: Tables, shelf: Shelf) -> int:
    """Return how many registrations a list has."""
    with library.store.read() as transaction:
        return transaction.room(tables).count(shelf)


def show_steward(library: Library, tables: Tables, steward: StewardId) -> StewardEntry:
    """Return an institution; raise ResourceNotFound if this library does not know it."""
    with library.store.read() as transaction:
        row = transaction.stewards.find(steward)
        if row is None:
            raise ResourceNotFound("steward", steward=steward.hex())
        events = transaction.chain_index.events_of([steward.hex()])
        count = transaction.room(tables).count(Shelf(steward=steward))
    history = ChainHistory.of(event for event in events if event.contract == "StewardRegistry")
    told = history.accreditations.get(steward, [])
    windows = {name: item for name, item in history.agents.items() if item.steward == steward}
    return StewardEntry(row, bool(told) and told[-1][1], windows, count)


def show_collection(library: Library, tables: Tables, collection_id: str) -> Collection:
    """Return a collection; raise ResourceNotFound if no record names it."""
    with library.store.read() as transaction:
        found = transaction.room(tables).collection(collection_id)
    if found is None:
        raise ResourceNotFound("collection", collection=collection_id[:64])
    return found


def list_collections(library: Library, tables: Tables, request: PageRequest) -> Page[Collection]:
    """Return a page of collections by title; raise InvalidCursor."""
    with library.store.read() as transaction:
        return transaction.room(tables).collections(request)


def listed_to(library: Library, tables: Tables) -> int:
    """Return how many entries the lists have read: they change when that does, and not otherwise."""
    with library.store.read() as transaction:
        return transaction.room(tables).read_to()


def list_changes(library: Library, tables: Tables, width: int) -> list[tuple[int, int]]:
    """Return when something listed last changed among each `width` entries: (number of the part, time)."""
    with library.store.read() as transaction:
        return transaction.room(tables).changes(width)


def places_between(library: Library, tables: Tables, first: int, last: int) -> list[Place]:
    """Return what is listed of entries `first` to `last` - 1, in order."""
    with library.store.read() as transaction:
        return transaction.room(tables).between(first, last)
