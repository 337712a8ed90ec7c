"""Whether something was committed since one last looked, told without reading a table."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from ledger_service.adapters.sql.errors import translated
from ledger_service.domain.errors import LedgerBusy

LOOK_SECONDS = 0.02  # for so long what one thread saw serves all
SNAPSHOT = text("SELECT txid_current_snapshot()::text")
"""Of PostgreSQL: another after each commit."""
DATA_VERSION = "PRAGMA data_version"
"""Of SQLite: for one connection, another after each commit of others."""


class Changes:
    """Looks at one database, for all threads of a process; SQLite's file by a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._seen = ""
        self._kept: Any = None
        self._process = 0
        self._opened = 0  # connections; each counts versions of its own

    def seen(self) -> str:
        """Return what stays the same while nothing is committed, and 20 ms longer; raise LedgerBusy."""
        with self._lock, translated():
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._seen = self._look()
                self._looked_at = time.monotonic()
            return self._seen

    def look_anew(self) -> None:
        """Let the next look see what this process has just committed."""
        self._looked_at = 0.0

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            self._forget()

    def _look(self) -> str:
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect() as connection:
                return str(connection.scalar(SNAPSHOT))
        if self._kept is None or self._process != os.getpid():
            self._kept, self._process = self._engine.connect(), os.getpid()
            self._opened += 1
        try:  # by the driver, outside of a transaction, which would see one state
            [[version]] = self._kept.connection.cursor().execute(DATA_VERSION).fetchall()
        except sqlite3.Error as exc:
            self._kept.invalidate()
            self._forget()
            raise LedgerBusy("no-answer") from exc
        return f"{self._process}.{self._opened}.{version}"

    def _forget(self) -> None:
        if self._kept is not None and self._process == os.getpid():
            self._kept.close()
        self._kept = None
