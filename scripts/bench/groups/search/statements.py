"""The SQL that a search runs, and how long it takes alone: by sqlite3, with the same values and order."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event

from ledger_service.adapters.sql.store import SqlStore
from ledger_service.services.library import Library
from reading_room.search.rules.found import Asked
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import search

ROWS = 20
BY_RANK = f"SELECT rowid FROM searchwords WHERE searchwords MATCH ? ORDER BY rank LIMIT {ROWS}"
SIZES = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?"


def statements_of(library: Library, store: SqlStore, typed: str, *, with_facets: bool) -> list[str]:
    """Return what SQLite is asked for one search, values and all."""
    said: list[str] = []

    seen: list[Any] = []

    def trace(connection: Any, *_: object) -> None:
        connection.set_trace_callback(said.append)
        seen.append(connection)

    event.listen(store.engine, "checkout", trace)
    asked = Asked(parse_query(typed), limit=ROWS, with_facets=with_facets)
    search(library, SqlSearch, asked)
    event.remove(store.engine, "checkout", trace)
    for connection in seen:
        connection.set_trace_callback(None)
    return [statement for statement in said if statement.startswith(("SELECT", "WITH", "\nWITH"))]


class Bare:
    """A database that is read by sqlite3 alone."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)

    def run(self, searches: Sequence[Sequence[str]]) -> list[float]:
        """Return how many microseconds each search took."""
        times = []
        for statements in searches:
            begun = time.perf_counter()
            for statement in statements:
                self._connection.execute(statement).fetchall()
            times.append((time.perf_counter() - begun) * 1e6)
        return times

    def order_all(self, words: Sequence[str]) -> float:
        """Return the median of the microseconds in which all hits of a word are put in order by rank."""
        times = []
        for word in words:
            begun = time.perf_counter()
            self._connection.execute(BY_RANK, (f'"{word}"',)).fetchall()
            times.append((time.perf_counter() - begun) * 1e6)
        return statistics.median(times)

    def bytes_of(self, tables: str) -> int:
        """Return how many bytes these tables and their indexes take; tables: a pattern of LIKE."""
        [(found,)] = self._connection.execute(SIZES, (tables,)).fetchall()
        return int(found or 0)

    def close(self) -> None:
        self._connection.close()
