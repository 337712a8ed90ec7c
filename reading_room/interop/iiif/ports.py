"""What lists need of a room that lists: its part `listing` (docs/rooms.md)."""

from __future__ import annotations

from typing import Protocol

from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import ListAsked, ListedCollection
from ledger_service.services.library import Library


class Lister(Protocol):
    """Lists of what stands."""

    def list_works(
        self, library: Library, asked: ListAsked, page: PageRequest
    ) -> Page[Registration]:
        """Return a page of a list; raise InvalidCursor, MetadataMismatch."""

    def list_collections(self, library: Library, page: PageRequest) -> Page[ListedCollection]:
        """Return a page of collections by title; raise InvalidCursor."""

    def show_collection(self, library: Library, collection: str) -> ListedCollection:
        """Return a collection; raise ResourceNotFound."""
