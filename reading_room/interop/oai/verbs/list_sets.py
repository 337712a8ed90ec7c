"""ListSets: the licenses, the institutions, and the collections that records name."""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.errors import InvalidCursor
from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library
from reading_room.interop.oai.rules import names
from reading_room.interop.oai.rules.faults import BAD_TOKEN, Fault

SETS_OF_PAGE = 100
_OF_COLLECTIONS = "collections"


class SetPage(NamedTuple):
    """sets: (setSpec, name); next: the cursor of the page after this one, empty at the end."""

    sets: list[tuple[str, str]]
    next: str


def list_sets(library: Library, cursor: str) -> SetPage:
    """Return a page of sets: licenses first, then institutions, then collections. Raises Fault."""
    kind, _, inner = cursor.partition(".")
    sets: list[tuple[str, str]] = []
    with library.store.read() as transaction:
        try:
            if kind != _OF_COLLECTIONS:
                licenses = transaction.licenses.page(PageRequest(inner, SETS_OF_PAGE))
                sets += [
                    (names.license_set(row.name, row.id.hex()), row.name)
                    for row in licenses.items
                    if row.state != "rejected"
                ]
                if licenses.next:
                    return SetPage(sets, f"licenses.{licenses.next}")
                inner = ""
                sets += [
                    (names.steward_set(row.id.hex()), row.name)
                    for row in transaction.stewards.all()
                ]
            room = max(1, SETS_OF_PAGE - len(sets))
            found = transaction.changes.collections(PageRequest(inner, room))
        except InvalidCursor as exc:
            raise Fault(BAD_TOKEN, "token") from exc
    sets += [(names.collection_set(one), title) for one, title in found.items]
    return SetPage(sets, f"{_OF_COLLECTIONS}.{found.next}" if found.next else "")
