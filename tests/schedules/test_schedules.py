"""A few random schedules; `make nightly` runs a thousand (tests/schedules/__main__.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schedules.lies import LIES
from tests.schedules.schedule import Schedule

SEEDS = range(1, 13)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_acknowledged_is_lost_no_verdict_is_false_and_the_liar_is_named(
    empty_database: Path, tmp_path: Path, seed: int
) -> None:
    schedule = Schedule(seed, tmp_path, empty_database)
    try:
        schedule.run()
    finally:
        schedule.close()


def test_these_schedules_tell_every_lie(empty_database: Path, tmp_path: Path) -> None:
    told = set()
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        schedule = Schedule(seed, folder, empty_database)
        told.add(type(schedule.lie).__name__)
        schedule.close()
    assert told == set(LIES)
