"""Writers of one SQLite file come one after the other: nobody is passed over, in a process or beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger_service.adapters.sql import store as stores
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.adapters.sql.turns import SUFFIX
from ledger_service.domain.errors import LedgerBusy

BUSY_ONES = 6
HELD_SECONDS = 0.02
TRIES = 15


@contextmanager
def writing_all_the_time(store: SqlStore, written: list[int]) -> Iterator[None]:
    """Let several threads write again and again, and note each write."""
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            with store.write():
                written.append(1)
                time.sleep(HELD_SECONDS)

    threads = [threading.Thread(target=write) for _ in range(BUSY_ONES)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def passed_over(store: SqlStore, written: list[int]) -> list[int]:
    """Return how many others wrote while each of several writes waited."""
    counts = []
    for _ in range(TRIES):
        before = len(written)
        with store.write():
            counts.append(len(written) - before)
        time.sleep(HELD_SECONDS / 3)
    return counts


@pytest.fixture
def store(empty_database: Path) -> Iterator[SqlStore]:
    opened = open_store(sqlite_url(empty_database))
    yield opened
    opened.close()


def test_a_thread_waits_for_those_who_came_before_it(store: SqlStore) -> None:
    written: list[int] = []
    with writing_all_the_time(store, written):
        counts = passed_over(store, written)
    assert sorted(counts)[-2] <= BUSY_ONES + 1  # once, on a busy machine, more


def test_another_process_waits_for_one_of_each_process(
    store: SqlStore, empty_database: Path
) -> None:
    """A second store has a line and locks of its own, as another process has."""
    written: list[int] = []
    other = open_store(sqlite_url(empty_database))
    with writing_all_the_time(store, written):
        counts = passed_over(other, written)
    other.close()
    # Of those who hold the file, and are next; now and then, on a busy machine, more.
    assert sorted(counts)[TRIES // 2] <= 3


def test_one_who_waited_too_long_stands_in_line_no_more(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_TIMEOUT_MILLISECONDS", 20)
    refused = []

    def wait() -> None:
        with pytest.raises(LedgerBusy), store.write():
            raise AssertionError("two writers at once")
        refused.append(1)

    with store.write():
        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 3
    with store.write() as transaction:
        assert transaction.ledger.size() >= 0


def test_a_disk_without_such_locks_is_written_all_the_same(
    store: SqlStore, empty_database: Path
) -> None:
    beside = empty_database.with_name(f"{empty_database.name}{SUFFIX}")
    beside.unlink(missing_ok=True)
    beside.mkdir()
    with store.write() as transaction:
        assert transaction.ledger.size() >= 0
