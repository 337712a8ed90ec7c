"""A shelf: items in the reader's order and saved searches, as one document that is sealed whole.

Each change is a function of the shelf that stands, so that changes of two pages do not undo one another. What
a person wrote of one item is changed only by whoever saw how it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidJson, InvalidShelf, NotOnShelf, ShelfChanged
from ledger_service.domain.identifiers import Digest
from reading_room.shelf.rules.item import (
    Item,
    SavedSearch,
    made_item,
    read_item,
    read_search,
)

FORM = "muhr-shelf-1"
"""Stands in each document: a later form has another name."""
MOST_ITEMS = 1_000
MOST_SEARCHES = 50
LARGEST_DOCUMENT_BYTES = 512 * 1024


@dataclass(frozen=True)
class Shelf:
    """What a reader chose. items: each digest once, in the reader's order; searches: each name once."""

    items: tuple[Item, ...] = ()
    searches: tuple[SavedSearch, ...] = ()

    def find(self, digest: Digest) -> Item | None:
        """Return the item of this digest."""
        return next((item for item in self.items if item.digest == digest), None)

    def standing(self, digest: Digest) -> Item:
        """Return the item of this digest; raise NotOnShelf."""
        found = self.find(digest)
        if found is None:
            raise NotOnShelf(digest=digest.hex())
        return found

    def place(self, digest: Digest) -> int:
        """Return where the item of this digest stands, from 0; raise NotOnShelf."""
        return self.items.index(self.standing(digest))

    @property
    def digests(self) -> set[Digest]:
        """What stands on it."""
        return {item.digest for item in self.items}

    @property
    def tags(self) -> list[str]:
        """Every tag, each once, in order."""
        return sorted({tag for item in self.items for tag in item.tags})

    def value(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "form": FORM,
            "items": [item.value() for item in self.items],
            "searches": [search.value() for search in self.searches],
        }

    def format(self) -> bytes:
        """Return its document in canonical JSON; raise InvalidShelf if it is too large."""
        data = canonical_json.canonicalize(self.value())
        if len(data) > LARGEST_DOCUMENT_BYTES:
            raise InvalidShelf("document", most=LARGEST_DOCUMENT_BYTES)
        return data


Change = Callable[[Shelf], Shelf]


def parse_shelf(data: bytes) -> Shelf:
    """Return the shelf of a document, which may be somebody's own export; raise InvalidShelf."""
    try:
        value = foreign_json.parse(data, LARGEST_DOCUMENT_BYTES)
    except InvalidJson as exc:
        raise InvalidShelf("form") from exc
    if not isinstance(value, dict) or value.get("form") != FORM:
        raise InvalidShelf("form")
    items, searches = value.get("items"), value.get("searches")
    if not isinstance(items, list) or not isinstance(searches, list):
        raise InvalidShelf("form")
    return made_shelf([read_item(one) for one in items], [read_search(one) for one in searches])


def made_shelf(items: list[Item], searches: list[SavedSearch]) -> Shelf:
    """Return a shelf; raise InvalidShelf if it holds too much, or something twice."""
    _check_counts(items, searches)
    if len({item.digest for item in items}) < len(items):
        raise InvalidShelf("form")
    if len({search.name for search in searches}) < len(searches):
        raise InvalidShelf("form")
    return Shelf(tuple(items), tuple(searches))


def put(digest: Digest, at: int) -> Change:
    """Return what puts a resource first; one that stands there stays as it is."""

    def change(shelf: Shelf) -> Shelf:
        if shelf.find(digest) is not None:
            return shelf
        return _with_items(shelf, [Item(digest, at), *shelf.items])

    return change


def take_off(digest: Digest) -> Change:
    """Return what takes a resource off; nothing happens if it does not stand there."""

    def change(shelf: Shelf) -> Shelf:
        return replace(shelf, items=tuple(one for one in shelf.items if one.digest != digest))

    return change


def write_of(digest: Digest, note: str, tags: list[str], mark: str | None = None) -> Change:
    """Return what sets note and tags of an item.

    mark: of the item as whoever asks for this saw it. Raises NotOnShelf; ShelfChanged if the item has another
    mark by then; InvalidShelf.
    """

    def change(shelf: Shelf) -> Shelf:
        found = shelf.standing(digest)
        if mark is not None and found.mark != mark:
            raise ShelfChanged("item")
        new = made_item(digest, found.added_at, note, tags)
        return replace(shelf, items=tuple(new if one == found else one for one in shelf.items))

    return change


def move(digest: Digest, place: int) -> Change:
    """Return what moves an item to a place, from 0; one beyond the end is the last. Raises NotOnShelf."""

    def change(shelf: Shelf) -> Shelf:
        found = shelf.standing(digest)
        rest = [one for one in shelf.items if one != found]
        at = max(0, min(place, len(rest)))
        return replace(shelf, items=(*rest[:at], found, *rest[at:]))

    return change


def keep_search(search: SavedSearch) -> Change:
    """Return what keeps a search, in place of one of the same name; raise InvalidShelf for too many."""

    def change(shelf: Shelf) -> Shelf:
        others = [one for one in shelf.searches if one.name != search.name]
        kept = sorted([*others, search], key=lambda one: one.name)
        _check_counts(shelf.items, kept)
        return replace(shelf, searches=tuple(kept))

    return change


def forget_search(name: str) -> Change:
    """Return what forgets the search of a name; nothing happens if there is none."""

    def change(shelf: Shelf) -> Shelf:
        return replace(shelf, searches=tuple(one for one in shelf.searches if one.name != name))

    return change


def unite(other: Shelf) -> Change:
    """Return what adds another shelf's items and searches behind those that stand, which stay as they are."""

    def change(shelf: Shelf) -> Shelf:
        known, names = shelf.digests, {one.name for one in shelf.searches}
        new = [item for item in other.items if item.digest not in known]
        searches = [one for one in other.searches if one.name not in names]
        united = replace(shelf, searches=(*shelf.searches, *searches))
        _check_counts(united.items, united.searches)
        return _with_items(united, [*shelf.items, *new])

    return change


def _with_items(shelf: Shelf, items: list[Item]) -> Shelf:
    _check_counts(items, shelf.searches)
    return replace(shelf, items=tuple(items))


def _check_counts(items: Collection[Item], searches: Collection[SavedSearch]) -> None:
    if len(items) > MOST_ITEMS:
        raise InvalidShelf("items", most=MOST_ITEMS)
    if len(searches) > MOST_SEARCHES:
        raise InvalidShelf("searches", most=MOST_SEARCHES)
