"""List the statements that the ledger attests, from its entries: no table beside them could differ."""

from __future__ import annotations

from ledger_service.domain.ledger.statement import ALL_STATEMENTS, Statement, StatementFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library

MOST_LOOKED_AT = 16_384  # entries, for one page: some 20 ms


def list_statements(
    library: Library, request: PageRequest, which: StatementFilter = ALL_STATEMENTS
) -> Page[Statement]:
    """Return a page of attested statements by entry, which may be empty with more to come.

    Raises:
        InvalidCursor: no list handed the cursor out.
    """
    after = request.number()
    first = 0 if after is None else after + 1
    with library.store.read() as transaction:
        bodies = transaction.ledger.entries(first, MOST_LOOKED_AT)
    told = (Statement.of(index, body) for index, body in enumerate(bodies, first))
    found = [item for item in told if item is not None and which.takes(item)]
    looked_to = first + MOST_LOOKED_AT - 1 if len(bodies) == MOST_LOOKED_AT else None
    return Page.of(found, request, lambda item: item.entry, looked_to)
