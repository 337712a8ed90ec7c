"""Read what private entries commit to, so that an auditor can decide each opening again."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.decision import ALL_DECISIONS, Decision, DecisionFilter
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.case import Case
from ledger_service.domain.people.look import Shown, ranges_of
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.ledger.record_look import record_look
from ledger_service.services.library import Library

MOST_LOOKED_AT = 5_000  # parts, for one page of a filtered list: some 50 ms


def list_private_parts(
    library: Library,
    caller: Caller,
    request: PageRequest,
    start: int = 0,
    which: DecisionFilter = ALL_DECISIONS,
) -> Page[PrivatePart]:
    """Return a page of private parts by entry, after an entry says who looks at it; raise InvalidCursor.

    start: the first page begins at this entry. which: a part that was erased is in the list of all
    only, since nobody can tell what it said. A page of a filtered list may be empty with more to come.
    What no case of the caller is about is in no list.

    Raises:
        NoCaseStands: no case lets the caller look at anything.
    """
    page, there = find_parts(library, caller, request, start, which)
    record_parts(library, caller, page.items, there)
    return page


def find_parts(
    library: Library,
    caller: Caller,
    request: PageRequest,
    start: int = 0,
    which: DecisionFilter = ALL_DECISIONS,
) -> tuple[Page[PrivatePart], list[PrivatePart]]:
    """Do as `list_private_parts`, for who shows less of it and records that by `record_parts`.

    Return also all parts that are there, shown or not.
    """
    now = library.clock()
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(at=now))
    after = request.number()
    first = start if after is None else after + 1
    shows_all = which == ALL_DECISIONS and caller.case_for(None, now) is not None
    most = request.limit + 1 if shows_all else MOST_LOOKED_AT
    with library.store.read() as transaction:
        there = transaction.ledger.private_parts(first, most)
    if shows_all:
        return Page.of(there, request, lambda part: part.entry), there
    found = [
        part
        for part in there
        if _is_of(part, which) and caller.case_for(digest_of(part), now) is not None
    ]
    looked_to = there[-1].entry if len(there) == most else None
    return Page.of(found, request, lambda part: part.entry, looked_to), there


def record_parts(
    library: Library,
    caller: Caller,
    shown: Sequence[PrivatePart],
    there: Sequence[PrivatePart],
    what: Shown = Shown.PARTS,
) -> None:
    """Return once it is durable that the caller is about to be shown these parts of those that are there.

    To be shown a look is none: it is about auditors, and a list would have no end.
    """
    now, cases = library.clock(), dict[Case, list[int]]()
    for part in shown:
        digest = digest_of(part)
        case = None if digest is None else caller.case_for(digest, now)
        if case is not None:
            cases.setdefault(case, []).append(part.entry)
    entries = [part.entry for part in there if digest_of(part) is not None]
    record_look(
        library, caller, what, {case: ranges_of(some, entries) for case, some in cases.items()}
    )


def digest_of(part: PrivatePart) -> Digest | None:
    """Return the resource that a part is about; None if it is about none, was erased, or is damaged."""
    try:
        return Digest.parse(str(canonical_json.parse(part.body or b"")["digest"]))
    except (LedgerError, KeyError, TypeError, ValueError):
        return None


def _is_of(part: PrivatePart, which: DecisionFilter) -> bool:
    if part.body is None:
        return which == ALL_DECISIONS
    try:
        private = canonical_json.parse(part.body)
        if private["kind"] == "looked":
            return which == ALL_DECISIONS
        decision = Decision.of(private)
    except (LedgerError, KeyError, TypeError, ValueError):
        return True  # damaged: whoever audits sees it in every list
    return which.takes(decision)
