"""Queries whose words are made once, and given to the database's driver as they are.

SQLAlchemy writes them, so that names and quotes are right on each database; it takes no part in running them,
which would cost several times what SQLite needs.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select

from ledger_service.adapters.sql.driver import Driver


class Words:
    """A query that a process runs often. It may be shared between threads."""

    def __init__(self, query: Select[Any]) -> None:
        """query: each of its values is a `bindparam` with a name, and none is a list."""
        self._query = query
        self._row: Any = _row_of([column.name for column in query.selected_columns])
        self._written: dict[str, _Written] = {}  # by the kind of database

    def rows(self, connection: Connection, **values: object) -> list[Any]:
        """Return all rows; their columns have names, as those of SQLAlchemy have."""
        kind = connection.dialect.name
        written = self._written.get(kind)
        if written is None:
            written = self._written[kind] = _Written(connection, self._query)
        found = Driver(connection).rows_as_written(written.sql, written.given(values))
        return [self._row._make(row) for row in found]

    def row(self, connection: Connection, **values: object) -> Any:
        """Return the first row, None if there is none."""
        rows = self.rows(connection, **values)
        return rows[0] if rows else None


class _Written:
    """A query in the words of one kind of database."""

    def __init__(self, connection: Connection, query: Select[Any]) -> None:
        compiled = query.compile(connection)
        self.sql = str(compiled)
        self._order = compiled.positiontup  # None where values have names

    def given(self, values: Mapping[str, object]) -> Sequence[object] | Mapping[str, object]:
        """Return the values as the driver takes them."""
        return values if self._order is None else [values[name] for name in self._order]


def _row_of(names: Sequence[str]) -> type:
    row = namedtuple("_Row", names)  # type: ignore[misc]
    return type("_Named", (row,), {"__slots__": (), "_mapping": property(row._asdict)})
