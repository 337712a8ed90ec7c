"""The rows of table `bundle`: the ledger's entries, 256 in a row.

A row is a C2SP entry bundle of `width` consecutive entries from index `start`. All bundles but the
last are one row of 256. The last, unfinished one is a row for each append, so that an append never
writes more than its own entries again; when it is full, its rows become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from ledger_service.adapters.sql.driver import Driver
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.ledger.tiled_ledger import (
    TILE_WIDTH,
    TileName,
    entries_of_bundle,
    entry_of_bundle,
    format_bundle,
)

_LAST = "SELECT start, width FROM bundle ORDER BY start DESC LIMIT 1"
_ROWS = "SELECT start, width, body FROM bundle WHERE start BETWEEN ? AND ? ORDER BY start"
HOLDING = "SELECT start, width, body FROM bundle WHERE start <= ? ORDER BY start DESC LIMIT 1"
_REMOVE = "DELETE FROM bundle WHERE start BETWEEN ? AND ?"
_ADD = "INSERT INTO bundle (start, width, body)"
ROWS_A_STATEMENT = 64


class Bundles:
    """The ledger's entries in one database transaction."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)
        self._size: int | None = None  # known once asked for

    def size(self) -> int:
        """Return how many entries there are."""
        if self._size is None:
            last = self._driver.rows(_LAST)
            self._size = sum(last[0]) if last else 0
        return self._size

    def append(self, start: int, bodies: Sequence[bytes]) -> None:
        """Store consecutive entries from index `start`, which must be the ledger's size."""
        size = self.size()
        if start != size:
            raise ValueError(f"The next entry has index {size}, not {start}.")
        rows, end = [], start + len(bodies)
        while start < end:
            stop = min(end, start - start % TILE_WIDTH + TILE_WIDTH)
            taken = format_bundle(bodies[start - end : (stop - end) or None])
            if stop % TILE_WIDTH == 0 and start % TILE_WIDTH:
                taken = self._take_tail(start) + taken
                start -= start % TILE_WIDTH
            rows.append((start, stop - start, taken))
            start = stop
        for place in range(0, len(rows), ROWS_A_STATEMENT):
            self._driver.insert(_ADD, rows[place : place + ROWS_A_STATEMENT])
        self._size = end

    def bundle(self, number: int, width: int) -> bytes:
        """Return the bundle of this number, of its first `width` entries.

        Bounds: 1 ≤ width ≤ 256. Raises EntryNotFound if there are fewer.
        """
        start = number * TILE_WIDTH
        rows = self._rows(start, start + width - 1)
        stored = sum(row[1] for row in rows)
        if stored < width:
            raise EntryNotFound("entries-missing", width=width, start=start)
        body = b"".join(row[2] for row in rows)
        return body if stored == width else format_bundle(_entries(rows)[:width])

    def entries(self, start: int, limit: int) -> list[bytes]:
        """Return the entries from index `start` on, at most `limit`."""
        if limit == 1:
            return self._entry(start)
        rows = self._rows(start - start % TILE_WIDTH, start + limit - 1)
        skipped = start - rows[0][0] if rows else 0
        return _entries(rows)[skipped : skipped + limit]

    def _entry(self, index: int) -> list[bytes]:
        """Return the entry at this index, without reading the others of its bundle; nothing after the end."""
        for row in self._driver.rows(HOLDING, (index,)):
            entry = entry_in(row, index)
            if entry is not None:
                return [entry]
        return []

    def _take_tail(self, size: int) -> bytes:
        """Return the unfinished bundle at the end of a ledger of this size, and remove its rows."""
        first = size - size % TILE_WIDTH
        taken = b"".join(row[2] for row in self._rows(first, size))
        self._driver.run(_REMOVE, (first, size))
        return taken

    def _rows(self, first: int, last: int) -> Sequence[tuple[int, int, bytes]]:
        rows = self._driver.rows(_ROWS, (first, last))
        return [(start, width, bytes(body)) for start, width, body in rows]


def entry_in(row: Sequence[Any], index: int) -> bytes | None:
    """Return the entry at an index out of the row that HOLDING finds for it; None after the ledger's end."""
    start, width, body = row
    return entry_of_bundle(bytes(body), index - start) if index < start + width else None


def _entries(rows: Sequence[tuple[int, int, bytes]]) -> list[bytes]:
    return [
        entry
        for start, width, body in rows
        for entry in entries_of_bundle(TileName(None, start // TILE_WIDTH, width), body)
    ]
