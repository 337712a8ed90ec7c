"""See how often open content was read, by hours that have ended; anybody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.errors import UsageHourNotFound
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from reading_room.usage.ports import UsageTables
from reading_room.usage.rules.hours import Hour, Use

Tables = Callable[[Any], UsageTables]
"""Makes the room's tables of a connection."""


def list_hours(library: Library, tables: Tables, page: PageRequest) -> Page[Hour]:
    """Return a page of the hours with uses, newest first."""
    with library.store.read() as transaction:
        return transaction.room(tables).page(page)


def find_hour(library: Library, tables: Tables, hour: int) -> Hour:
    """Return the table of an hour; raise UsageHourNotFound if there is none, or not yet."""
    with library.store.read() as transaction:
        found = transaction.room(tables).find(hour)
    if found is None:
        raise UsageHourNotFound(hour=hour)
    return found


def list_uses(library: Library, tables: Tables, hour: int, page: PageRequest) -> Page[Use]:
    """Return a page of an hour's lines, in the order of its root; raise UsageHourNotFound."""
    find_hour(library, tables, hour)
    with library.store.read() as transaction:
        return transaction.room(tables).page_of_uses(hour, page)
