"""Many readers ask for few seats at once, and parts are killed meanwhile: on SQLite."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from scripts.harness.crowd_stories import borrow_while_parts_are_killed, many_ask_at_once
from scripts.harness.running_library import RunningLibrary

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("MUHR_CROWD_KILLS", "6"))


def test_many_ask_at_once_and_all_but_as_many_as_seats_wait_in_their_order(
    new_library: Callable[..., RunningLibrary],
) -> None:
    many_ask_at_once(new_library().start())


def test_killed_at_any_step_nothing_is_lost_or_doubled(
    new_library: Callable[..., RunningLibrary],
) -> None:
    library = new_library()
    library.start_server()
    assert borrow_while_parts_are_killed(library, KILLS, seed=16) == KILLS
