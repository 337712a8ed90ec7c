"""The rows of table `bundle`: the ledger's entries, 256 in a row.

A row is a C2SP entry bundle of `width` consecutive entries from index `start`. All bundles but the
last are one row of 256. The last, unfinished one is a row for each append, so that an append never
writes more than its own entries again; when it is full, its rows become one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from ledger_service.adapters.sql.schema import bundle
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.tiled_ledger import (
    TILE_WIDTH,
    TileName,
    entries_of_bundle,
    format_bundle,
)

_LAST = select(bundle.c.start, bundle.c.width).order_by(bundle.c.start.desc()).limit(1)
_RANGE = bundle.c.start.between(bindparam("first"), bindparam("last"))
_ROWS = select(bundle).where(_RANGE).order_by(bundle.c.start)
_REMOVE = delete(bundle).where(_RANGE)


class Bundles:
    """The ledger's entries in one database transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        """Return how many entries there are."""
        last = self._connection.execute(_LAST).one_or_none()
        return 0 if last is None else int(last.start + last.width)

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
            rows.append({"start": start, "width": stop - start, "body": taken})
            start = stop
        if rows:
            self._connection.execute(insert(bundle), rows)

    def bundle(self, number: int, width: int) -> bytes:
        """Return the bundle of this number, of its first `width` entries.

        Bounds: 1 ≤ width ≤ 256. Raises EntryNotFound if there are fewer.
        """
        start = number * TILE_WIDTH
        rows = self._rows(start, start + width - 1)
        stored = sum(row[1] for row in rows)
        if stored < width:
            raise EntryNotFound(f"The ledger has no {width} entries from index {start} on.")
        body = b"".join(row[2] for row in rows)
        return body if stored == width else format_bundle(_entries(rows)[:width])

    def entries(self, start: int, limit: int) -> list[bytes]:
        """Return the entries from index `start` on, at most `limit`."""
        rows = self._rows(start - start % TILE_WIDTH, start + limit - 1)
        skipped = start - rows[0][0] if rows else 0
        return _entries(rows)[skipped : skipped + limit]

    def _take_tail(self, size: int) -> bytes:
        """Return the unfinished bundle at the end of a ledger of this size, and remove its rows."""
        first = size - size % TILE_WIDTH
        taken = b"".join(row[2] for row in self._rows(first, size))
        self._connection.execute(_REMOVE, {"first": first, "last": size})
        return taken

    def _rows(self, first: int, last: int) -> Sequence[tuple[int, int, bytes]]:
        rows = self._connection.execute(_ROWS, {"first": first, "last": last})
        return [(row[0], row[1], row[2]) for row in rows]


def _entries(rows: Sequence[tuple[int, int, bytes]]) -> list[bytes]:
    return [
        entry
        for start, width, body in rows
        for entry in entries_of_bundle(TileName(None, start // TILE_WIDTH, width), body)
    ]
