"""Looks one digest up in every copy of another ledger, over connections that are kept.

A verification asks all of them. SQLAlchemy's own work on one question takes longer than SQLite's answers of
five, so these statements go to the driver as they are. A copy that cannot be read stops no other.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ledger_service.adapters.sql.ledger.bundles import HOLDING, entry_in
from ledger_service.adapters.sql.ledger.tiles import ROW, find_nodes, missing_row
from ledger_service.domain.errors import EntryNotFound, LedgerBusy, LedgerError
from ledger_service.domain.identifiers import Digest, LedgerId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.domain.reasons import Reason
from ledger_service.ports.publication import LookedUp

SECONDS_FOR_LOCK = 1.0
MOST_KEPT = 64
"""Connections, each of which takes two or three of the files that a process may have open."""
_VERSION = "PRAGMA data_version"
_KNOWN = (
    "SELECT name, address, key, held_at, fault, fork IS NOT NULL,"
    " (SELECT start + width FROM bundle ORDER BY start DESC LIMIT 1) FROM mirrored"
)
_PLACES = "SELECT entry FROM place WHERE digest = ? ORDER BY entry LIMIT ?"
_BROKEN = (OSError, sqlite3.Error, ValueError, TypeError, LedgerError)


class _Kept(NamedTuple):
    """A connection to the file that has a copy's name. file: device and inode, by which it is the same."""

    file: tuple[int, int]
    connection: sqlite3.Connection


class QuickCopies:
    """Connections to the copies of a folder; for any thread, and for one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Path, _Kept] = {}
        self._known: dict[Path, tuple[int, LookedUp]] = {}
        self._process = os.getpid()

    def look_up(self, path: Path, digest: Digest, limit: int) -> LookedUp:
        """Return what the copy in a file has of a digest."""
        with self._lock:
            copy = LookedUp(path.stem, "", "", None, None, 0, 0, False, False, [])
            try:
                connection = self._connection(path)
                copy = self._copy(path, connection)
                found = connection.execute(_PLACES, (digest.value, limit)).fetchall()
                if not found:
                    return copy
                entries = [(place, _entry(connection, place)) for (place,) in found]
                return copy._replace(entries=entries)
            except _BROKEN:
                self._forget(path)
                return copy._replace(is_readable=False)

    def read_nodes(self, path: Path, names: Sequence[NodeName]) -> list[bytes]:
        """Return nodes of a copy's tree; raise EntryNotFound or LedgerBusy."""
        with self._lock, self._translated(path):
            connection = self._connection(path)

            def row(level: int, number: int) -> bytes:
                found = connection.execute(ROW, (level, number)).fetchone()
                if found is None:
                    raise missing_row(level, number)
                return bytes(found[0])

            return find_nodes(names, {}, row)

    @contextmanager
    def _translated(self, path: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as exc:
            self._forget(path)
            raise LedgerBusy("no-answer") from exc

    def _copy(self, path: Path, connection: sqlite3.Connection) -> LookedUp:
        """Return what is known of a copy, read again if somebody has written to it since."""
        [[version]] = connection.execute(_VERSION).fetchall()
        known = self._known.get(path)
        if known is not None and known[0] == version:
            return known[1]
        [row] = connection.execute(_KNOWN).fetchall()
        copy = _looked_up(path.stem, row)
        self._known[path] = version, copy
        return copy

    def _connection(self, path: Path) -> sqlite3.Connection:
        """Return the connection to a file; a new one if another file has its name since."""
        if self._process != os.getpid():  # a forked process does not hold its parent's locks
            self._kept, self._known, self._process = {}, {}, os.getpid()
        status = path.stat()
        file = status.st_dev, status.st_ino
        kept = self._kept.get(path)
        if kept is not None and kept.file == file:
            return kept.connection
        self._forget(path)
        while len(self._kept) >= MOST_KEPT:
            self._forget(next(iter(self._kept)))
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=SECONDS_FOR_LOCK,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA query_only=ON")
        self._kept[path] = _Kept(file, connection)
        return connection

    def _forget(self, path: Path) -> None:
        self._known.pop(path, None)
        kept = self._kept.pop(path, None)
        if kept is not None:
            kept.connection.close()


def _entry(connection: sqlite3.Connection, index: int) -> bytes:
    row = connection.execute(HOLDING, (index,)).fetchone()
    entry = None if row is None else entry_in(row, index)
    if entry is None:
        raise EntryNotFound("index", index=index)
    return entry


def _looked_up(mirror: str, row: Any) -> LookedUp:
    name, address, key, held_at, fault, is_fork_kept, size = row
    has_forked = bool(is_fork_kept) or _is_two_histories(fault)
    found = _key(key)
    ledger = LedgerId.of_origin(found.name)
    return LookedUp(mirror, name, address, found, ledger, size or 0, held_at, has_forked, True, [])


def _is_two_histories(fault: str | None) -> bool:
    return fault is not None and Reason.parse(fault).name.partition(".")[0] == "two-histories"


_key = lru_cache(maxsize=MOST_KEPT)(VerifierKey.parse)
