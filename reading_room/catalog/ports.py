"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.paging import Page, PageRequest
from reading_room.catalog.rules.shelf import Collection, Order, Placed


class Place(NamedTuple):
    """A line of a list. entry: of the claim; changed_at: seconds since 1970 UTC."""

    entry: int
    digest: Digest
    steward: StewardId
    changed_at: int


class CatalogTables(Protocol):
    """The lists, and how far the ledger was read for them. They can be dropped and made again."""

    def read_to(self) -> int:
        """Return how many entries of the ledger were read."""

    def set_read_to(self, size: int) -> None:
        """Let so many entries have been read."""

    def put(self, placed: Sequence[Placed]) -> None:
        """Let registrations stand so, in place of how they stood."""

    def page(self, request: PageRequest, shelf: Shelf, order: Order) -> Page[Place]:
        """Return a page of what is listed; raise InvalidCursor."""

    def between(self, first: int, last: int) -> list[Place]:
        """Return what is listed of entries `first` to `last` - 1, in order."""

    def changes(self, width: int) -> list[tuple[int, int]]:
        """Return when something listed last changed in each part of `width` entries: (its number, time)."""

    def count(self, shelf: Shelf) -> int:
        """Return how many are listed."""

    def collection(self, collection_id: str) -> Collection | None:
        """Return a collection of which something is listed; None if there is none."""

    def collections(self, request: PageRequest) -> Page[Collection]:
        """Return a page of the collections of which something is listed, by title; raise InvalidCursor."""
