"""Count openings and denials soon after they were decided, and attest the totals of each month.

What is counted names nobody, so that readers who are erased later, and private parts that are destroyed by
their age, change no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ledger_service.domain.errors import Unavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from reading_room.usage.rules.data_types import described_as
from reading_room.usage.rules.decisions import clicks_of, count
from reading_room.usage.rules.hours import (
    GRACE_SECONDS,
    HOUR_SECONDS,
    SAME_USE_SECONDS,
    hour_of,
)
from reading_room.usage.rules.months import Month, MonthTotals
from reading_room.usage.sql import SqlUsage
from reading_room.usage.sql.months import SqlMonths

AT_ONCE_SECONDS = 86_400
"""What is counted in one go, so that no writer waits long."""
LINES_AT_ONCE = 300
Stops = Callable[[], bool]


@dataclass
class _Read:
    """Counts the private parts of a time as they go by."""

    begin: int
    end: int
    parts: int = 0

    def through(
        self, rows: Iterator[tuple[int, bytes, bytes]]
    ) -> Iterator[tuple[int, bytes, bytes]]:
        for row in rows:
            self.parts += self.begin <= row[0] < self.end
            yield row


def count_decisions(library: Library, stops: Stops) -> None:
    """Count what was decided in hours that have ended; return when none is left, or when told to stop."""
    while not stops() and _count_some(library):
        pass


def _count_some(library: Library) -> bool:
    """Count up to the end of a day in which something was decided; return whether any hour was due.

    What lies before that day is passed over, up to the end of the month, which has totals even so.
    """
    with library.store.read() as transaction:
        begin = _begin(transaction)
    if begin is None or begin + HOUR_SECONDS > hour_of(library.clock() - GRACE_SECONDS):
        return False
    due = hour_of(_now(library) - GRACE_SECONDS)
    if begin + HOUR_SECONDS > due:
        return False
    month = Month.of(begin)
    with library.store.read() as transaction:
        first = transaction.ledger.first_private_part(begin)
        busy = due if first is None else hour_of(first)
        end = min(busy + AT_ONCE_SECONDS, due, month.end)
        read = _Read(begin, end)
        rows = transaction.ledger.private_parts_in(begin, end + SAME_USE_SECONDS + 1)
        counted = count(clicks_of(read.through(rows)), begin, end)
    with library.store.write() as transaction:
        if _begin(transaction) == begin:  # else another worker has counted them
            transaction.room(SqlMonths).add(month, end, read.parts, counted)
    return True


def _now(library: Library) -> int:
    """Return the time, by the chain if it is behind the clock; the earliest if the chain does not answer.

    By a clock that leaps ahead, hours would be counted before they were.
    """
    try:
        told = library.chain.fresh_head().time
    except Unavailable:
        return 0
    return min(library.clock(), told + OLDEST_HEAD_SECONDS)


def _begin(transaction: Transaction) -> int | None:
    """Return the hour from which on nothing is counted yet; None if there is nothing to count."""
    room = transaction.room(SqlMonths)
    counted_to = room.counted_to()
    if counted_to is not None:
        return counted_to
    first = transaction.ledger.first_private_part()
    found = [at for at in (room.first_use(), first) if at is not None]
    return hour_of(min(found)) if found else None


def close_months(library: Library, stops: Stops) -> None:
    """Attest the totals of the months that are due, oldest first."""
    while not stops():
        with library.store.read() as transaction:
            there = transaction.room(SqlMonths).open_months()
            due = [month for month, until, _ in there if until >= month.end]
            if not due or library.clock() < due[0].closes_at:
                return
            hour = transaction.room(SqlUsage).oldest_open()
        if (hour is not None and hour < due[0].end) or _now(library) < due[0].closes_at:
            return
        with library.store.write() as transaction:
            transaction.room(SqlMonths).add_open(due[0])
        if not _describe(library, due[0], stops):
            return
        _close(library, due[0])


def _describe(library: Library, month: Month, stops: Stops) -> bool:
    """Say of each line of which kind and year its resource is; return False if told to stop before."""
    while not stops():
        with library.store.read() as transaction:
            named = transaction.room(SqlMonths).without_kind(month, LINES_AT_ONCE)
            kinds = {
                digest: described_as(_registration(transaction, library, digest))
                for digest in named
            }
        if not named:
            return True
        with library.store.write() as transaction:
            transaction.room(SqlMonths).set_kinds(month, kinds)
    return False


def _registration(
    transaction: Transaction, library: Library, digest: Digest
) -> Registration | None:
    return transaction.registrations.find(digest, library.steward)


def _close(library: Library, month: Month) -> None:
    with library.store.read() as transaction:
        room = transaction.room(SqlMonths)
        parts = next((parts for name, _, parts in room.open_months() if name == month), None)
        if parts is None:
            return  # another worker has closed it
        totals = MonthTotals.of(month, parts, room.lines(month))
    with library.store.write() as transaction:
        room = transaction.room(SqlMonths)
        if room.find(month) is not None:
            return
        statement = Digest.of(totals.statement())
        kind, now = StatementType.USAGE_MONTH, library.clock()
        entry, _ = append_statement(transaction, kind, statement, library.steward, now)
        room.close(replace(totals, entry=entry))
