"""Which record named which file, in a harvest of any length: on disk beyond some megabytes, and then gone."""

from __future__ import annotations

import hashlib
import sqlite3

LONGEST_KEY = 16  # bytes of a hash, of which two are not the same by chance


class Owners:
    """Remembers the first record that named a file; memory does not grow with the number of files."""

    def __init__(self) -> None:
        # SQLite deletes a database without a name when it is closed, and writes it only if it grows.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("CREATE TABLE owner (file BLOB PRIMARY KEY, record BLOB) WITHOUT ROWID")

    def take(self, path: str, name: str) -> bool:
        """Return whether the file is this record's: nobody named it before, or the same record did."""
        row = (_hash(path), _hash(name))
        self._file.execute("INSERT OR IGNORE INTO owner VALUES (?, ?)", row)
        query = "SELECT record FROM owner WHERE file = ?"
        return bool(self._file.execute(query, row[:1]).fetchone()[0] == row[1])


def _hash(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).digest()[:LONGEST_KEY]
