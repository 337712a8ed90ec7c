"""Statements given to the database's driver as they are, inside a transaction that SQLAlchemy began.

For the few that every append runs: SQLAlchemy's own work on one takes ten times as long as SQLite's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_FOR_MUCH = (
    "cache_size=-8192",  # 8 MiB, which hold the upper pages of every index
    "wal_autocheckpoint=50000",  # pages; the more of them, the fewer are copied more than once
)


class Driver:
    """Runs SQL whose parameters are written `?`, on SQLite and PostgreSQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_native = connection.dialect.paramstyle == "qmark"
        self._cursor: Any = None  # made once asked for

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return all rows, as tuples."""
        rows: list[Any] = self._execute(sql, parameters).fetchall()
        return rows

    def rows_as_written(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object]
    ) -> list[Any]:
        """Return all rows of a query whose parameters are written as the database's own driver has them."""
        rows: list[Any] = self._run_as_written(sql, parameters).fetchall()
        return rows

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement that gives no rows."""
        self._execute(sql, parameters)

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        if rows:
            self._execute(sql, rows, many=True)

    def expect_much(self) -> None:
        """Prepare this connection for thousands of rows in a transaction; only SQLite needs to be told."""
        if self._is_native:
            for setting in _FOR_MUCH:
                self._execute("PRAGMA " + setting, ())

    def insert(self, head: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows by one statement; head: `INSERT INTO table (columns)`; a few hundred rows."""
        if rows:
            one = "(" + marks(len(rows[0])) + ")"
            values = ",".join([one] * len(rows))
            self._execute(f"{head} VALUES {values}", [value for row in rows for value in row])

    def _execute(self, sql: str, parameters: Sequence[Any], *, many: bool = False) -> Any:
        native = sql if self._is_native else sql.replace("?", "%s")
        return self._run_as_written(native, parameters, many=many)

    def _run_as_written(self, sql: str, parameters: Any, *, many: bool = False) -> Any:
        if self._cursor is None:
            self._cursor = self._connection.connection.cursor()
        try:
            return (self._cursor.executemany if many else self._cursor.execute)(sql, parameters)
        except self._connection.dialect.loaded_dbapi.Error as exc:
            # As SQLAlchemy does, so that it is one border at which errors are translated.
            raise DBAPIError.instance(
                sql, None, exc, self._connection.dialect.loaded_dbapi.Error
            ) from exc


def marks(count: int) -> str:
    """Return as many parameters, as text."""
    return ",".join("?" * count)
