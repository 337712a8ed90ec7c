"""A database of an earlier version is brought to this one, with all that it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from tests.simulators.old_ledger import check_new_ledger, make_old_ledger


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of version 0001, with a ledger."""
    store = open_store(sqlite_url(tmp_path / "old.db"))
    make_old_ledger(store.engine)
    yield store.engine
    store.close()


def test_a_ledger_of_a_row_an_entry_becomes_one_of_bundles_and_tiles(
    old: Engine, tmp_path: Path
) -> None:
    check_new_ledger(old)
    old.dispose()
    connection = sqlite3.connect(tmp_path / "old.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM bundle").fetchone() == (4,)
    assert connection.execute("SELECT count(*) FROM tile").fetchone() == (5,)
    connection.close()


def test_a_ledger_that_lacks_entries_is_left_as_it_is(old: Engine) -> None:
    with old.begin() as connection:
        connection.execute(text('DELETE FROM entry WHERE "index" = 700'))
    with pytest.raises(RuntimeError, match="lacks entries from index 512"):
        upgrade(old)
    with old.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 999
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
