"""A library on a bench, with the tables of search."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.bench import Bench


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    """Return a library of one accredited steward, with an open ledger and no resources."""
    shutil.copy(empty_database, tmp_path / "muhr.db")
    bench = Bench(tmp_path)
    yield bench
    bench.release()
