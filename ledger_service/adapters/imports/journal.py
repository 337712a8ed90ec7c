"""What files were hashed to, so that an import that is run again need not read them.

A file of the same inode, device, size and times has the same bytes, as far as the file system's clock
is trusted. Nothing here is needed: losing it costs hashing again. Small files are not noted,
unless their bytes are kept, since they are hashed about as quickly as they are found here. The paths of
files are not kept.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from ledger_service.domain.content.content_id import RAW_BASE16

SMALL_BYTES = 1 << 18
SETTLED_SECONDS = 2  # a file that changed so shortly before may change again within its time stamp
BUSY_SECONDS = 30
# By inode, since files of one folder were often made together: neighbors then share a page.
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS hashed (inode INTEGER PRIMARY KEY, device INTEGER, size INTEGER, "
    "modified INTEGER, changed INTEGER, is_kept INTEGER, digest BLOB, cid TEXT)"
)
_FIND = (
    "SELECT digest, cid FROM hashed WHERE inode = ? AND device = ? AND size = ? AND modified = ? "
    "AND changed = ? AND is_kept >= ?"
)
_NOTE = "INSERT OR REPLACE INTO hashed VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_MOST = 2**63 - 1


class Journal:
    """The journal in one file, which any number of processes may use at a time.

    keeps: whether the bytes of what is noted go to the content store, which only counts then.
    """

    def __init__(self, path: Path, *, keeps: bool) -> None:
        self._file = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        with suppress(sqlite3.OperationalError):  # then another process is just doing so
            self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(_SCHEMA)
        self._find = self._file.cursor()
        self._keeps = int(keeps)
        self._least_bytes = 0 if keeps else SMALL_BYTES
        self._noted: list[tuple[object, ...]] = []

    def known(self, file: os.stat_result) -> tuple[bytes, str] | None:
        """Return digest and CID (base16) of a file with this status, None if nobody noted them."""
        if file.st_size < self._least_bytes:
            return None
        row = self._find.execute(_FIND, (*_status(file), self._keeps)).fetchone()
        if row is None:
            return None
        digest, cid = row
        return digest, RAW_BASE16 + digest.hex() if cid is None else cid

    def note(self, file: os.stat_result, digest: bytes, cid: str) -> None:
        """Remember what a file with this status was hashed to, at the next `write`."""
        if file.st_size < self._least_bytes:
            return
        latest = max(file.st_mtime_ns, file.st_ctime_ns)
        if time.time_ns() - latest > SETTLED_SECONDS * 10**9:
            other_cid = None if cid.startswith(RAW_BASE16) else cid
            self._noted.append((*_status(file), self._keeps, digest, other_cid))

    def write(self) -> None:
        """Write what was noted; what cannot be written is forgotten."""
        noted, self._noted = self._noted, []
        if not noted:
            return
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(_NOTE, noted)
            self._file.execute("COMMIT")
        except sqlite3.OperationalError:  # no space, or other processes write all the time
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")

    def close(self) -> None:
        self._file.close()


def _status(file: os.stat_result) -> tuple[int, int, int, int, int]:
    return file.st_ino & _MOST, file.st_dev, file.st_size, file.st_mtime_ns, file.st_ctime_ns
