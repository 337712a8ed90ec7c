"""A room's tables and its work, by a room that only these tests have (tests/reading_room/niche)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import reading_room
from ledger_service.adapters.sql.migrate import check_current, upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.domain.errors import (
    AlreadyInitialized,
    ContentStoreUnavailable,
    NotInitialized,
)
from ledger_service.founding import initialize
from ledger_service.setup import open_library
from ledger_service.worker import Worker
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import Bench

SECONDS = 30


@pytest.fixture
def niche(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put the niche into the list of rooms, and return the module with its table."""
    home = str(Path(__file__).parent)
    monkeypatch.setattr(reading_room, "__path__", [*reading_room.__path__, home])
    monkeypatch.setattr(reading_room, "ROOMS", (reading_room.Room("niche"),))
    return import_module("reading_room.niche.sql")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Return a store with the ledger's tables and no room's; its path has what a setting may not."""
    folder = tmp_path / "a 100% library:;"
    folder.mkdir()
    store = open_store(sqlite_url(folder / "muhr.db"))
    upgrade(store.engine)
    yield store
    store.close()


def test_a_room_has_migrations_of_its_own(niche: Any, store: SqlStore) -> None:
    folders = reading_room.migration_folders()
    with pytest.raises(NotInitialized, match="alembic_version_niche"):
        check_current(store.engine, folders)
    for _ in range(2):
        upgrade(store.engine, folders)
        check_current(store.engine, folders)
    with store.engine.connect() as connection:
        own = connection.scalar(text("SELECT version_num FROM alembic_version_niche"))
        assert own == "0001"
    assert "niche_item" in inspect(store.engine).get_table_names()


@pytest.mark.parametrize("room", reading_room.migration_folders())
def test_the_migrations_of_a_room_make_the_tables_that_it_declares(
    room: str, store: SqlStore
) -> None:
    of_ledger = set(inspect(store.engine).get_table_names())

    def is_own(_: object, name: str | None, kind: str, *__: object) -> bool:
        is_named_so = str(name).startswith(f"{room}_") and name not in of_ledger
        return kind != "table" or is_named_so

    upgrade(store.engine, reading_room.migration_folders())
    schema = import_module(f"reading_room.{room}.sql.schema")
    assert not of_ledger & set(schema.metadata.tables)
    with store.engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_own}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []


def test_a_room_that_is_gone_leaves_the_ledger_as_it_was(niche: Any, store: SqlStore) -> None:
    with store.engine.connect() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
    upgrade(store.engine, reading_room.migration_folders())
    upgrade(store.engine)
    check_current(store.engine)
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == before


def test_a_room_writes_in_the_transaction_that_it_reads_the_ledger_in(
    niche: Any, store: SqlStore
) -> None:
    upgrade(store.engine, reading_room.migration_folders())
    with store.write() as transaction:
        transaction.room(niche.SqlNiche).put(bytes(32))
    with pytest.raises(KeyError), store.write() as transaction:
        transaction.room(niche.SqlNiche).put(b"\x01" * 32)
        raise KeyError
    with store.read() as transaction:
        assert transaction.room(niche.SqlNiche).all() == [bytes(32)]


@pytest.fixture
def earlier(new_library: Callable[..., RunningLibrary]) -> RunningLibrary:
    """Return a library that was set up before it had the niche."""
    return new_library()


def test_init_brings_the_database_to_a_room_that_came_later(
    earlier: RunningLibrary, niche: Any
) -> None:
    with pytest.raises(NotInitialized, match=r"not-initialized.schema"):
        open_library(earlier.config, earlier.chain.url)
    with pytest.raises(AlreadyInitialized):
        initialize(earlier.config, name="", uri="", origin="", step=lambda _: None)
    open_library(earlier.config, earlier.chain.url).store.close()


@pytest.fixture
def bench(niche: Any, tmp_path: Path) -> Iterator[Bench]:
    """Return a library with the ledger's tables and the niche's."""
    store = open_store(sqlite_url(tmp_path / "muhr.db"))
    upgrade(store.engine, reading_room.migration_folders())
    store.close()
    bench = Bench(tmp_path)
    yield bench
    bench.release()


def run_until(worker: Worker, done: Callable[[], bool]) -> None:
    stop = threading.Event()
    run = threading.Thread(target=worker.run, args=(stop,), daemon=True)
    run.start()
    deadline = time.monotonic() + SECONDS
    while not done() and time.monotonic() < deadline:
        stop.wait(0.02)
    stop.set()
    run.join(SECONDS)
    assert not run.is_alive()
    assert done()


def test_the_worker_does_a_rooms_work_whatever_another_room_does(
    niche: Any, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()

    def fail(_library: object, _stops: object) -> None:
        failed.set()
        raise ContentStoreUnavailable()

    registered = bench.registered()
    attic = SimpleNamespace(__name__="attic", work=fail)
    works = [attic, *reading_room.parts("work")]
    monkeypatch.setattr("ledger_service.worker.parts", lambda _: works)

    def is_on_the_niche() -> bool:
        with bench.store.read() as transaction:
            return transaction.room(niche.SqlNiche).all() == [registered.digest.value]

    # Each room works in a thread of its own, and either may come first.
    run_until(bench.worker, lambda: failed.is_set() and is_on_the_niche())
    assert any(message.startswith("attic: waiting: ") for message in caplog.messages)
