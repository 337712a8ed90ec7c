"""Search in FTS5 of SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from tests.reading_room.search.suite import SearchSuite


class TestSqlite(SearchSuite):
    """The list of tests, on SQLite."""

    @pytest.fixture
    def store(self, empty_database: Path, tmp_path: Path) -> Iterator[SqlStore]:
        path = tmp_path / "muhr.db"
        shutil.copy(empty_database, path)
        store = open_store(sqlite_url(path))
        yield store
        store.close()
