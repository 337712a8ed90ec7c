"""The catalog's lists, for rooms that show them in a protocol of others."""

from __future__ import annotations

from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import ListAsked, ListedCollection
from ledger_service.services.library import Library
from reading_room.catalog.rules.shelf import Collection, Order
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.verbs import list_places


def list_works(library: Library, asked: ListAsked, page: PageRequest) -> Page[Registration]:
    """Return a page of a list; raise InvalidCursor, MetadataMismatch."""
    order = Order(asked.order.value)
    return list_places.list_registrations(library, SqlCatalog, page, asked.shelf, order)


def count_works(library: Library, asked: ListAsked) -> int:
    """Return how many a list has."""
    return list_places.count_places(library, SqlCatalog, asked.shelf)


def list_collections(library: Library, page: PageRequest) -> Page[ListedCollection]:
    """Return a page of the collections of which something stands, by title; raise InvalidCursor."""
    return list_places.list_collections(library, SqlCatalog, page).map(_told)


def show_collection(library: Library, collection: str) -> ListedCollection:
    """Return a collection; raise ResourceNotFound if no record of what stands names it."""
    return _told(list_places.show_collection(library, SqlCatalog, collection))


def _told(found: Collection) -> ListedCollection:
    return ListedCollection(found.id, found.title, found.count)
