"""What a witness keeps, in a SQLite file and a key of its own: the ledgers it knows and what it signed.

The file is small and simple on purpose, and shares nothing with a library's database: a witness is run
by another institution, often by one that has no library of ours at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger_service.domain.errors import LedgerBusy, LogNotKnown, StorageFull
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import EMPTY_ROOT
from ledger_service.ports.publication import WitnessedLog

BUSY_SECONDS = 5
_TABLE = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    cosigned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""


class SqliteWitnessStore:
    """Implements ports.WitnessStore; every call opens the file anew, so threads share nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[str] = set()  # that were added by this process
        with self._transaction() as connection:
            connection.execute(_TABLE)

    def add(self, key: VerifierKey) -> None:
        """Know a ledger from now on; one that is known keeps its key and what was signed for it."""
        row = key.name, key.format(), 0, EMPTY_ROOT, "", 0
        if key.name in self._known:
            return
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?, ?, ?)", row)
        self._known.add(key.name)

    def all(self) -> list[tuple[VerifierKey, int, int]]:
        """Return each known ledger's key, the size cosigned last and when (0 for never)."""
        with self._transaction() as connection:
            rows = connection.execute("SELECT key, size, cosigned_at FROM log ORDER BY origin")
            return [(VerifierKey.parse(key), size, at) for key, size, at in rows]

    @contextmanager
    def log(self, origin: str) -> Iterator[SqliteWitnessedLog]:
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT key, size, root, cosigned_at FROM log WHERE origin = ?", (origin,)
            ).fetchone()
            if row is None:
                raise LogNotKnown(origin=origin[:255])
            yield SqliteWitnessedLog(connection, VerifierKey.parse(row[0]), *row[1:])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that holds the write lock, and commit durably when the block ends well."""
        try:
            with closing(
                sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:  # a full disk has ended it already
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except sqlite3.OperationalError as exc:
            if "full" in str(exc):
                raise StorageFull("witness") from exc
            raise LedgerBusy("witness") from exc


class SqliteWitnessedLog(WitnessedLog):
    """A known ledger within a transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        key: VerifierKey,
        size: int,
        root: bytes,
        cosigned_at: int,
    ) -> None:
        self._connection = connection
        self.key = key
        self.size = size
        self.root = root
        self.cosigned_at = cosigned_at

    def keep(self, size: int, root: bytes, note: str, at: int) -> None:
        self._connection.execute(
            "UPDATE log SET size = ?, root = ?, note = ?, cosigned_at = ? WHERE origin = ?",
            (size, root, note, at, self.key.name),
        )
