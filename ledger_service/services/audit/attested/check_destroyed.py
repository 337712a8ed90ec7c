"""Compare the private parts that are gone with what the ledger attests of that.

Parts that are older than the library keeps them are destroyed, and the ledger attests how many. Parts of
readers who were erased are destroyed, too, and no entry says so: it would tell when that was. The service
tells how many those are, of all readers together, for which it is believed. Beyond both none may be gone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ledger_service.domain.errors import InvalidJson, NotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import PRIVATE_KINDS, Entry, StatementType
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.attested.own_statements import own_statements
from ledger_service.services.audit.faults import Fault, Report

LARGEST = 2**37  # a time in seconds of which a calendar still knows; more parts no library has
_MALFORMED = (InvalidJson, LookupError, TypeError, ValueError, OverflowError)


@dataclass
class PartsSeen:
    """Entries whose private parts the service has shown: gone without their salts, or there."""

    gone: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)


@dataclass
class _Told:
    """What the service says: parts that went with readers, and statements by their digest."""

    of_erased: int = 0
    stated: dict[Digest, Retirement] = field(default_factory=dict)


def check_destroyed(
    source: LedgerSource,
    entries: Mapping[int, Entry],
    steward: StewardId,
    seen: PartsSeen,
    add: Report,
) -> int:
    """Add a finding for each statement that is not shown or not so, and for parts that nothing explains.

    Return how many parts are said to be destroyed by their age where no entry attests it yet. The service is
    asked after the parts were seen, so that it tells of what is destroyed meanwhile.
    """
    attested = own_statements(entries, steward, StatementType.PARTS_DESTROYED)
    if not attested and not seen.gone:
        return 0
    told = _told(source)
    parts = _Parts(entries, seen)
    by_age = 0
    for digest, index in attested.items():
        stated = told.stated.pop(digest, None)
        if stated is None:
            add(Fault.PARTS_STATEMENT_MISSING.of(entry=index, digest=digest.hex()))
        else:
            by_age += stated.parts
            parts.check(index, stated, add)
    newest = max(entries, default=-1)
    left = told.stated.values()
    to_come = sum(one.parts for one in left if one.entry is None or one.entry > newest)
    gone, erased = len(seen.gone), told.of_erased
    count = gone - by_age - to_come - erased
    if count > 0:
        add(Fault.PARTS_GONE.of(gone=gone, attested=by_age + to_come, erased=erased, count=count))
    return to_come


def _told(source: LedgerSource) -> _Told:
    """Return what the service tells; what it does not tell, or not in our form, explains nothing."""
    found = _Told()
    try:
        of_erased, statements = source.destroyed_parts()
        found.of_erased = max(0, int(of_erased))
        for one in statements:
            whole = {name: int(one[name]) for name in ("before", "parts", "first", "last")}
            entry = None if one["entry"] is None else int(one["entry"])
            stated = Retirement(**whole, entry=entry)
            if all(0 <= value < LARGEST for value in whole.values()):
                found.stated[Digest.of(stated.statement())] = stated
    except (NotFound, *_MALFORMED):
        pass
    return found


class _Parts:
    """Finds out how many parts of a time are there, and how many of a range are not."""

    def __init__(self, entries: Mapping[int, Entry], seen: PartsSeen) -> None:
        self._there = sorted((entries[index].at, index) for index in seen.there)
        private = (index for index, entry in entries.items() if entry.kind in PRIVATE_KINDS)
        self._not_there = sorted(index for index in private if index not in seen.there)

    def check(self, index: int, stated: Retirement, add: Report) -> None:
        """index: of the entry that attests it."""
        left = bisect_left(self._there, (stated.before, -1))
        if left:
            day = f"{datetime.fromtimestamp(stated.before, UTC):%Y-%m-%d}"
            first = min(entry for _, entry in self._there[:left])
            add(Fault.PARTS_STILL_THERE.of(entry=index, day=day, count=left, first=first))
        begin = bisect_left(self._not_there, stated.first)
        found = bisect_right(self._not_there, stated.last) - begin
        if found < stated.parts:
            add(Fault.PARTS_OVERSTATED.of(entry=index, parts=stated.parts, found=max(0, found)))
