"""Many readers ask for few seats at once, and parts are killed meanwhile: on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.harness.crowd_stories import borrow_while_parts_are_killed, many_ask_at_once
from scripts.harness.postgresql import Server
from scripts.harness.running_library import RunningLibrary

KILLS = int(os.environ.get("MUHR_CROWD_KILLS", "2"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[RunningLibrary]:
    """Return a library whose database is in PostgreSQL; its server runs."""
    server = Server()
    made = RunningLibrary(tmp_path / "home", DATABASE_URL=server.new_database())
    try:
        made.start_server()
        yield made
    finally:
        made.stop()
        server.close()


def test_many_ask_at_once_and_all_but_as_many_as_seats_wait_in_their_order(
    library: RunningLibrary,
) -> None:
    library.start_worker()
    many_ask_at_once(library)


def test_killed_at_any_step_nothing_is_lost_or_doubled(library: RunningLibrary) -> None:
    assert borrow_while_parts_are_killed(library, KILLS, seed=17) == KILLS
