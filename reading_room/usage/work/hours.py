"""Close each hour of open content that has ended, and attest its table in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from reading_room.usage.rules.hours import GRACE_SECONDS, HOUR_SECONDS, SILENT_SECONDS, Hour
from reading_room.usage.sql import SqlUsage

Stops = Callable[[], bool]


def close_hours(library: Library, stops: Stops) -> None:
    """Close the hours that are due, oldest first; return when none is left, or when told to stop."""
    while not stops():
        with library.store.read() as transaction:
            hour = transaction.room(SqlUsage).oldest_open()
        if hour is None or library.clock() < hour + HOUR_SECONDS + GRACE_SECONDS:
            return
        _close(library, hour)


def _close(library: Library, hour: int) -> None:
    """Attest the table of an hour; whoever was cut off in it is told of, and forgotten."""
    end = hour + HOUR_SECONDS
    with library.store.write() as transaction:
        room, now = transaction.room(SqlUsage), library.clock()
        if room.oldest_open() != hour:
            return  # another worker has closed it
        gone = room.silent(hour, min(end, now - SILENT_SECONDS))
        for process in gone:
            room.leave(process)
        if room.find(hour) is not None:
            return  # a process that was cut off is told of by an hour that was open then
        closed = Hour.of(hour, room.uses(hour), len(gone))
        statement = Digest.of(closed.statement())
        entry, _ = append_statement(
            transaction, StatementType.USAGE, statement, library.steward, now
        )
        room.close(replace(closed, entry=entry))
