"""ListRecords and ListIdentifiers: a page of a list, and where it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger_service.domain.errors import InvalidCursor, InvalidIdentifier, UnknownLicense
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.search import COLLECTION_DIGITS, WHOLE, Shelf
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import Changed
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import find_license
from reading_room.interop.oai.rules import names
from reading_room.interop.oai.rules.arguments import LIST_RECORDS, Selection
from reading_room.interop.oai.rules.faults import BAD_TOKEN, NO_RECORDS, Fault
from reading_room.interop.oai.rules.formats import FORMATS
from reading_room.interop.oai.verbs.tell_records import Teller

ITEMS_OF_PAGE = {LIST_RECORDS: 500}
HEADERS_OF_PAGE = 1000
ITEMS_OF_PIECE, HEADERS_OF_PIECE = 100, 500


class Listed(NamedTuple):
    """A page of a list. pieces: its records or headers as XML in UTF-8, each made when it is asked for;
    made_of: so many of them.

    next: the cursor of the page after it, empty at the end; items: of this page; size: of all.
    """

    pieces: Iterator[bytes]
    made_of: int
    next: str
    items: int
    size: int | None


def list_items(
    library: Library, public_url: str, selection: Selection, cursor: str, size: int | None
) -> Listed:
    """Return a page. cursor: where it begins, empty for the first; size: of the list, if it is known.

    Raises:
        Fault: nothing is there, or no list has this cursor.
        MetadataMismatch: when a piece is asked for: a record is not as its entry commits to it.
    """
    with_records = selection.verb == LIST_RECORDS
    limit = ITEMS_OF_PAGE.get(selection.verb, HEADERS_OF_PAGE)
    page, size = _page(library, selection, PageRequest(cursor, limit), size)
    if not page.items:
        raise Fault(NO_RECORDS, "no-records")
    teller = Teller(library, public_url, FORMATS[selection.prefix] if with_records else None)
    length = ITEMS_OF_PIECE if with_records else HEADERS_OF_PIECE
    starts = range(0, len(page.items), length)
    pieces = (teller.tell(page.items[start : start + length]) for start in starts)
    return Listed(pieces, len(starts), page.next or "", len(page.items), size)


def _page(
    library: Library, selection: Selection, request: PageRequest, size: int | None
) -> tuple[Page[Changed], int | None]:
    since, until = selection.span()
    with library.store.read() as transaction:
        shelf = _shelf(transaction, selection.set_spec)
        if shelf is None:
            raise Fault(NO_RECORDS, "no-records")
        try:
            page = transaction.changes.page(request, shelf, since, until)
        except InvalidCursor as exc:
            raise Fault(BAD_TOKEN, "token") from exc
        if page.next is not None and not request.cursor:
            size = transaction.changes.count(shelf, since, until)
    return page, size


def _shelf(transaction: Transaction, spec: str) -> Shelf | None:
    """Return the shelf that a set is, None if there is no such set."""
    if not spec:
        return WHOLE
    kind, name = names.parse_set(spec) or ("", "")
    try:
        if kind == names.LICENSE:
            row = find_license(transaction, name)
            is_named_so = names.license_set(row.name, row.id.hex()) == spec
            return Shelf(license=LicenseId(row.id.value)) if is_named_so else None
        if kind == names.STEWARD:
            return Shelf(steward=StewardId.parse(name))
        if kind == names.COLLECTION and len(name) == COLLECTION_DIGITS:
            return Shelf(collection=name) if bytes.fromhex(name).hex() == name else None
    except (InvalidIdentifier, UnknownLicense, ValueError):
        return None
    return None
