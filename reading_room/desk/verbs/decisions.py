"""Count and list who was let in or refused, for auditors, from what private entries commit to.

Nothing of it is kept in a table of the room: what is erased in the ledger's tables is gone everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import SECONDS_PER_HOUR, Entry
from ledger_service.domain.lending.decision import Decision
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.look import Shown
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.read_private_parts import digest_of, find_parts, record_parts
from ledger_service.services.library import Library
from reading_room.desk.decisions_asked import Asked, Counts, Step, outcome_of

AT_ONCE = 2_000  # parts, in one snapshot of the database
MOST_COUNTED = 60_000  # parts, for one chart: a second or two


@dataclass(frozen=True)
class Told:
    """A decision, the entry that commits to it, and the title of the resource, None if it has none here."""

    entry: int
    decision: Decision
    title: str | None


def count_decisions(library: Library, caller: Caller, asked: Asked, step: Step) -> Counts:
    """Return how many were let in or refused in each day or week of a period, as the caller's cases go.

    That the caller looked is an entry before it returns.
    """
    now = library.clock()
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(at=now))
    counts, licenses = Counts(), _Licenses(library)
    seen, there = list[PrivatePart](), list[PrivatePart]()
    for part in _parts(library, asked):
        there.append(part)
        if caller.case_for(digest_of(part), now) is None:
            continue
        counts.looked_at += 1
        if counts.looked_at > MOST_COUNTED:
            counts.is_whole = False
            break
        decision = decision_of(part)
        if decision is not None and _is_past(asked, decision):
            break
        seen.append(part)
        counts.erased += part.body is None
        if decision is not None and asked.which.takes(decision) and licenses.fits(asked, decision):
            counts.add(step.begin(decision.at), outcome_of(decision))
    record_parts(library, caller, seen, there, Shown.COUNTS)
    return counts


def all_decisions(library: Library, caller: Caller, asked: Asked) -> Iterator[Told]:
    """Yield every decision that is asked for, oldest first, as long as somebody reads."""
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(at=library.clock()))
    return _told(library, caller, asked)


def list_decisions(
    library: Library, caller: Caller, request: PageRequest, asked: Asked
) -> Page[Told]:
    """Return a page of the decisions asked for, oldest first; it may be empty with more to come.

    Raises:
        InvalidCursor: no list handed the cursor out.
    """
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(at=library.clock()))
    with library.store.read() as transaction:
        start = first_entry(transaction, asked.since)
    page, there = find_parts(library, caller, request, start, asked.which)
    licenses, found, shown = _Licenses(library), list[Told](), list[PrivatePart]()
    for part in page.items:
        decision = decision_of(part)
        if decision is not None and licenses.fits(asked, decision):
            found.append(Told(part.entry, decision, licenses.title(decision.digest)))
            shown.append(part)
    record_parts(library, caller, shown, there)
    is_past = any(_is_past(asked, told.decision) for told in found)
    return Page(found, None if is_past else page.next)


def decision_of(part: PrivatePart) -> Decision | None:
    """Return what a part tells; None if it was erased, or is damaged, which an audit reports."""
    if part.body is None:
        return None
    try:
        return Decision.of(canonical_json.parse(part.body))
    except (LedgerError, KeyError, TypeError, ValueError):
        return None


def first_entry(transaction: Transaction, since: int) -> int:
    """Return an entry before which nothing was decided in a period that begins then.

    Entries stand in the order of their times, but those of private kinds tell the hour only.
    """
    low, high = 0, transaction.ledger.size()
    while low < high:
        middle = (low + high) // 2
        [body] = transaction.ledger.entries(middle, 1)
        if Entry.parse(body).at >= since - SECONDS_PER_HOUR:
            high = middle
        else:
            low = middle + 1
    return low


def _parts(library: Library, asked: Asked) -> Iterator[PrivatePart]:
    for some in _chunks(library, asked):
        yield from some


def _chunks(library: Library, asked: Asked) -> Iterator[list[PrivatePart]]:
    with library.store.read() as transaction:
        start = first_entry(transaction, asked.since)
    while True:
        with library.store.read() as transaction:
            some = transaction.ledger.private_parts(start, AT_ONCE)
        yield some
        if len(some) < AT_ONCE:
            return
        start = some[-1].entry + 1


def _told(library: Library, caller: Caller, asked: Asked) -> Iterator[Told]:
    """Yield what is asked for, some at a time, after it is durable that these are looked at."""
    licenses = _Licenses(library)
    for there in _chunks(library, asked):
        told, is_past, now = dict[int, Told](), False, library.clock()
        for part in there:
            decision = decision_of(part)
            if decision is None or caller.case_for(decision.digest, now) is None:
                continue
            is_past = _is_past(asked, decision)
            if is_past:
                break
            if asked.which.takes(decision) and licenses.fits(asked, decision):
                title = licenses.title(decision.digest)
                told[part.entry] = Told(part.entry, decision, title)
        shown = [part for part in there if part.entry in told]
        record_parts(library, caller, shown, there)
        yield from told.values()
        if is_past:
            return


def _is_past(asked: Asked, decision: Decision) -> bool:
    """Return whether all that follows is behind the period; decisions of one hour may change places."""
    until = asked.which.until
    return until is not None and decision.at >= until + SECONDS_PER_HOUR


class _Licenses:
    """Titles and licenses of the resources that decisions are about, each looked up once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._found: dict[Digest, tuple[LicenseId, str] | None] = {}

    def fits(self, asked: Asked, decision: Decision) -> bool:
        if asked.license is None:
            return True
        found = self._of(decision.digest)
        return found is not None and found[0] == asked.license

    def title(self, digest: Digest) -> str | None:
        found = self._of(digest)
        return None if found is None else found[1]

    def _of(self, digest: Digest) -> tuple[LicenseId, str] | None:
        if digest not in self._found:
            with self._library.store.read() as transaction:
                item = transaction.registrations.find(digest, self._library.steward)
            self._found[digest] = None if item is None else (item.license, item.record.title)
        return self._found[digest]
