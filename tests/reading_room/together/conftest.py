"""A library on a bench, where projects are made, and people who make them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reading_room.together import reader_data
from tests.simulators.bench import Bench


@pytest.fixture(scope="session")
def empty_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("projects")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    bench.release()
    return bench


@pytest.fixture
def bench(empty_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "library"
    shutil.copytree(empty_once.folder, folder)
    bench = Bench(folder, like=empty_once)
    bench.library = replace(bench.library, reader_data=lambda: {"together": reader_data})
    yield bench
    bench.release()


@pytest.fixture
def rows_told(bench: Bench) -> Callable[[], bytes]:
    """Return a function that gives all that the room's tables hold, cell by cell."""

    def told() -> bytes:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'together_%'"
        with closing(sqlite3.connect(bench.folder / "muhr.db")) as database:
            names = [name for (name,) in database.execute(asked)]
            rows = [row for name in names for row in database.execute(f"SELECT * FROM {name}")]
        return b"\n".join(
            cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
        )

    return told
