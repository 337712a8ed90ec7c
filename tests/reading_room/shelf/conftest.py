"""A library on a bench with three resources."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.bench import BOOK, SECOND, THIRD, Bench


@pytest.fixture(scope="session")
def three_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("shelves")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    for data, title in ((BOOK, "Xamsa"), (SECOND, "Xamsa 2"), (THIRD, "Xamsa 3")):
        bench.registered(data, title=title)
    bench.release()
    return bench


@pytest.fixture
def bench(three_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "library"
    shutil.copytree(three_once.folder, folder)
    bench = Bench(folder, like=three_once)
    yield bench
    bench.release()
