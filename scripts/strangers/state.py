"""Whether a library is what it was: a hash over all rows and entries, and what lies in its folders."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection
from pathlib import Path

LISTED = ("blocks/staging", "imports")  # folders in which a refused upload must leave nothing


class LibraryState:
    """Looks at a library from outside, by a connection of its own to SQLite.

    Args:
        home: of the library.
        database: its file.
    """

    def __init__(self, home: Path, database: Path) -> None:
        self._folders = [home / name for name in LISTED]
        self._connection = sqlite3.connect(
            f"file:{database}?mode=ro", uri=True, check_same_thread=False
        )

    def version(self) -> int:
        """Return a number that SQLite changes with each commit of others."""
        row = self._connection.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    def tables(self) -> dict[str, bytes]:
        """Return the SHA-256 of each table's rows, as they were when this was asked.

        A virtual table has none of its own: what it keeps stands in tables beside it.
        """
        self._connection.execute("BEGIN")
        try:
            names = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND sql NOT LIKE 'CREATE VIRTUAL TABLE %' ORDER BY name"
            ).fetchall()
            return {name: self._hash_of(name) for (name,) in names}
        finally:
            self._connection.execute("COMMIT")

    def left_behind(self) -> list[str]:
        """Return the names of what lies in the folders of uploads under way."""
        return sorted(
            str(path) for folder in self._folders if folder.is_dir() for path in folder.iterdir()
        )

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _hash_of(self, table: str) -> bytes:
        rows = self._connection.execute(f'SELECT * FROM "{table}"')
        made = hashlib.sha256()
        for row in sorted(map(repr, rows)):
            made.update(row.encode())
        return made.digest()


def differing(
    before: dict[str, bytes], after: dict[str, bytes], free: Collection[str] = ()
) -> list[str]:
    """Return the names of tables that are not as they were, without those that may change."""
    names = before.keys() | after.keys()
    return sorted(
        name for name in names if before.get(name) != after.get(name) and name not in free
    )


def hash_over(tables: dict[str, bytes]) -> str:
    """Return one hash over all tables, in hex."""
    told = "".join(f"{name} {tables[name].hex()}\n" for name in sorted(tables))
    return hashlib.sha256(told.encode()).hexdigest()
