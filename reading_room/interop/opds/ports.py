"""What the verbs need of rooms that list and find: their parts `listing` and `finding` (docs/rooms.md)."""

from __future__ import annotations

from typing import Protocol

from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import FindAsked, FoundWorks, ListAsked, ListedCollection
from ledger_service.services.library import Library


class Lister(Protocol):
    """Lists of what stands."""

    def list_works(
        self, library: Library, asked: ListAsked, page: PageRequest
    ) -> Page[Registration]:
        """Return a page of a list; raise InvalidCursor, MetadataMismatch."""

    def count_works(self, library: Library, asked: ListAsked) -> int:
        """Return how many a list has."""

    def list_collections(self, library: Library, page: PageRequest) -> Page[ListedCollection]:
        """Return a page of collections by title; raise InvalidCursor."""

    def show_collection(self, library: Library, collection: str) -> ListedCollection:
        """Return a collection; raise ResourceNotFound."""


class Finder(Protocol):
    """What is found by words."""

    def find_works(self, library: Library, asked: FindAsked) -> FoundWorks:
        """Return what is found; raise InvalidCursor, MetadataMismatch."""
