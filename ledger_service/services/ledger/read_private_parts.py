"""Read what private entries commit to, so that an auditor can decide each opening again."""

from __future__ import annotations

from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library


def list_private_parts(
    library: Library, caller: Caller, request: PageRequest, start: int = 0
) -> Page[PrivatePart]:
    """Return a page of private parts by entry; raise InvalidCursor.

    start: the first page begins at this entry.
    """
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    after = request.number()
    first = start if after is None else after + 1
    with library.store.read() as transaction:
        found = transaction.ledger.private_parts(first, request.limit + 1)
    return Page.of(found, request, lambda part: part.entry)
