"""Read what private entries commit to, so that an auditor can decide each opening again."""

from __future__ import annotations

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.lending.decision import ALL_DECISIONS, Decision, DecisionFilter
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library

MOST_LOOKED_AT = 5_000  # parts, for one page of a filtered list: some 50 ms


def list_private_parts(
    library: Library,
    caller: Caller,
    request: PageRequest,
    start: int = 0,
    which: DecisionFilter = ALL_DECISIONS,
) -> Page[PrivatePart]:
    """Return a page of private parts by entry; raise InvalidCursor.

    start: the first page begins at this entry. which: a part that was erased is in the list of all
    only, since nobody can tell what it said. A page of a filtered list may be empty with more to come.
    """
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    after = request.number()
    first = start if after is None else after + 1
    looks_for_all = which == ALL_DECISIONS
    most = request.limit + 1 if looks_for_all else MOST_LOOKED_AT
    with library.store.read() as transaction:
        looked_at = transaction.ledger.private_parts(first, most)
    if looks_for_all:
        return Page.of(looked_at, request, lambda part: part.entry)
    found = [part for part in looked_at if _is_of(part, which)]
    looked_to = looked_at[-1].entry if len(looked_at) == most else None
    return Page.of(found, request, lambda part: part.entry, looked_to)


def _is_of(part: PrivatePart, which: DecisionFilter) -> bool:
    if part.body is None:
        return False
    try:
        decision = Decision.of(canonical_json.parse(part.body))
    except (LedgerError, KeyError, TypeError, ValueError):
        return True  # damaged: whoever audits sees it in every list
    return which.takes(decision)
