"""What a worker does twice a second where nothing is due: it keeps nobody from writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.simulators.bench import Bench


def _goes_on() -> bool:
    return False


def test_what_runs_beside_the_rounds_writes_nothing_where_nothing_is_due(bench: Bench) -> None:
    bench.granted()
    steps = bench.worker.steps()
    for _ in range(3):  # what is due after a resource and a grant, and what follows from that
        for step in steps.values():
            step(_goes_on)
    with closing(sqlite3.connect(bench.folder / "muhr.db", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")  # from here on no other can write
        for step in steps.values():
            step(_goes_on)
