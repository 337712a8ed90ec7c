"""See how much was used by month: the totals that the ledger attests, their lines, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import UsageMonthNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from reading_room.usage.ports import MonthTables
from reading_room.usage.rules.months import Counts, Month, MonthLine, MonthTotals

Tables = Callable[[Any], MonthTables]
"""Makes the room's tables of a connection."""
MOST_REFUSED = 50


def list_months(library: Library, tables: Tables) -> list[MonthTotals]:
    """Return the totals of all months that were closed, newest first; anybody may see them."""
    with library.store.read() as transaction:
        return transaction.room(tables).closed()[::-1]


def find_month(library: Library, tables: Tables, month: Month) -> MonthTotals:
    """Return the totals of a month; raise UsageMonthNotFound if there are none, or not yet."""
    with library.store.read() as transaction:
        found = transaction.room(tables).find(month)
    if found is None:
        raise UsageMonthNotFound(month=str(month))
    return found


def list_lines(
    library: Library, caller: Caller, tables: Tables, month: Month, page: PageRequest
) -> Page[MonthLine]:
    """Return a page of a month's lines, in the order of its root; raise UsageMonthNotFound."""
    check_permitted(caller, Permission.USAGE_REPORT)
    find_month(library, tables, month)
    with library.store.read() as transaction:
        return transaction.room(tables).page_of_lines(month, page)


@dataclass(frozen=True)
class Turnaways:
    """Who was refused what. months: sums, oldest first, that of an open month so far; titles: with titles."""

    months: Sequence[tuple[Month, Counts]]
    titles: Sequence[tuple[Digest, str, Counts]]


def list_turnaways(
    library: Library, caller: Caller, tables: Tables, first: Month, last: Month
) -> Turnaways:
    """Return what readers were refused most often in these months, the most often first."""
    check_permitted(caller, Permission.USAGE_REPORT)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        refused = room.most_refused(first, last, MOST_REFUSED)
        titles = []
        for digest, counts in refused:
            found = transaction.registrations.find(digest, library.steward)
            titles.append((digest, found.record.title if found else "", counts))
        return Turnaways(room.by_month(first, last), titles)
