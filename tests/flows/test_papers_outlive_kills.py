"""Two write one paper while lines are cut and the server is killed: both end equal, and nothing is lost.

What came back to anybody is durable: after each kill, somebody who has nothing opens the paper first, and
gets at least that. MUHR_PAPER_EDITS sets how many edits are written.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from ledger_service import config as configuration
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.people.grant_access import enroll_reader, issue_token
from ledger_service.setup import clock, open_library
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import Offer, invite_by_link
from reading_room.together.verbs.joining import join_by_link
from reading_room.together.verbs.papers import make_paper
from reading_room.together.verbs.projects import make_project
from scripts.harness.paper_writer import PaperWriter
from scripts.harness.served_library import ServedLibrary

pytestmark = pytest.mark.slow

EDITS = int(os.environ.get("MUHR_PAPER_EDITS", "1000"))
EDITS_A_KILL = 2000
WAIT_SECONDS = 60
LEAST_SHARED = 10  # edits that both had when the server was killed


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLibrary]:
    folder: Path = tmp_path_factory.mktemp("papers")
    with ServedLibrary(folder, "library.test/papers") as made:
        yield made


@pytest.fixture
def write(served: ServedLibrary) -> Callable[[int], PaperWriter]:
    """Return a function that gives somebody at a new paper; the same number is the same person."""
    opened = open_library(configuration.load({"MUHR_HOME": str(served.home)}), served.chain_url)
    library, operator = opened.library, Caller.operator(opened.library.steward)
    people = [enroll_reader(opened.store, operator) for _ in range(2)]
    callers = [Caller.of_token(Role.READER, one, library.steward) for one in people]
    project = make_project(library, SqlTogether, callers[0], "A project").id
    link = invite_by_link(library, SqlTogether, callers[0], project, Offer(ProjectRole.WRITER, 1))
    join_by_link(library, SqlTogether, callers[1], link.secret)
    paper = make_paper(library, SqlTogether, callers[0], project, "A paper").id
    tokens = [issue_token(opened.store, clock, operator, Role.READER, one, 3600) for one in people]
    opened.store.close()

    def make(person: int) -> PaperWriter:
        return PaperWriter(served.url, paper, {"Authorization": f"Bearer {tokens[person]}"})

    return make


def test_two_end_equal_whatever_is_cut_or_killed(served, write):
    chance = random.Random(18)
    writers = [write(0).connect(), write(1).connect()]
    kills = {EDITS // 2, *range(EDITS_A_KILL, EDITS, EDITS_A_KILL)}
    written: set[str] = set()
    for edit in range(EDITS):
        writer = chance.choice(writers)
        _change(writer, chance, edit, written)
        for one in writers:
            if chance.random() < 0.01:
                one.cut()
            if not one.is_connected and chance.random() < 0.1:
                _connect(one)
            while one.take():
                pass
        if edit in kills:
            _kill_and_look(served, writers, write(0))
    _bring_together(writers)
    fresh = write(1).connect()
    fresh.take_until(lambda: str(fresh.text) == str(writers[0].text))
    assert all(mark in fresh.about for mark in written)
    assert len(fresh.about) == len(written)
    for one in (*writers, fresh):
        one.cut()


def _change(writer: PaperWriter, chance: random.Random, edit: int, written: set[str]) -> None:
    """Insert a letter or some, or delete some; each insertion leaves a mark that nobody deletes."""
    size = len(writer.text)
    if size > 20 and chance.random() < 0.35:
        place = chance.randrange(size - 4)
        writer.change(lambda: writer.text.__delitem__(slice(place, place + 4)))
        return
    letters = chance.choice(["a", "bc", "def"])
    place = chance.randrange(size + 1)

    def insert() -> None:
        writer.text.insert(place, letters)
        writer.about[f"edit {edit}"] = letters

    writer.change(insert)
    written.add(f"edit {edit}")


def _kill_and_look(served: ServedLibrary, writers: list[PaperWriter], fresh: PaperWriter) -> None:
    """Kill the server; see that what one writer got of the other is there for somebody who has nothing."""
    for one in writers:
        _connect(one)
    deadline = time.monotonic() + WAIT_SECONDS
    while len(set(writers[0].about) & set(writers[1].about)) <= LEAST_SHARED:
        assert time.monotonic() < deadline, [one.closed for one in writers]
        for one in writers:
            one.take(0.02)
    served.kill()
    for one in writers:
        one.cut()
    both = set(writers[0].about) & set(writers[1].about)
    served.serve()
    fresh.connect()
    fresh.take_until(lambda: both <= set(fresh.about))
    fresh.cut()


def _bring_together(writers: list[PaperWriter]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        for one in writers:
            _connect(one)
            one.take(0.05)
        first, second = writers
        if str(first.text) == str(second.text) and set(first.about) == set(second.about):
            return
        assert time.monotonic() < deadline, [one.closed for one in writers]


def _connect(writer: PaperWriter) -> None:
    if not writer.is_connected:
        with suppress(WebSocketException, OSError, TimeoutError):
            writer.connect()
