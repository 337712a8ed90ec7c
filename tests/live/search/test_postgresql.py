"""Search in PostgreSQL's full text: by the same list of tests as in SQLite, with the locale C that it refuses
to fold by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store
from reading_room import migration_folders
from scripts.harness.postgresql import Server
from tests.reading_room.search.suite import SearchSuite

TABLES = "searchwords, searchvocabulary, search_document, search_subject, search_state"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture(scope="module")
def migrated(server: Server) -> Iterator[SqlStore]:
    store = open_store(server.new_database())
    upgrade(store.engine, migration_folders())
    yield store
    store.close()


class TestPostgresql(SearchSuite):
    """The list of tests, on PostgreSQL."""

    @pytest.fixture
    def store(self, migrated: SqlStore) -> SqlStore:
        with migrated.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {TABLES}"))
        return migrated

    def test_the_database_folds_nothing_by_itself(self, migrated: SqlStore) -> None:
        with migrated.engine.connect() as connection:
            name = text("SELECT datctype FROM pg_database WHERE datname = current_database()")
            assert connection.scalar(name) == "C"
