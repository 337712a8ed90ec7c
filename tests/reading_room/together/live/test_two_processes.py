"""One paper by two processes of the API over one database: what is kept by one is seen at the other."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from functools import partial

import pytest

from ledger_service.services.people.presence.pass_presence import LIVES_SECONDS
from ledger_service.services.people.presence.presences import Presences
from reading_room.together.live.bounds import Close
from reading_room.together.live.meetings import Meetings
from reading_room.together.live.presence import GONE
from reading_room.together.live.yjs import wire
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from scripts.harness.api_process import ApiProcess
from scripts.harness.paper_writer import PaperWriter

pytestmark = pytest.mark.slow

EDITS = 30


@pytest.fixture(scope="module")
def second(library) -> Iterator[ApiProcess]:
    process = ApiProcess(library.environment, library.chain.url)
    yield process
    process.kill()


def at(process: ApiProcess, writing, caller) -> PaperWriter:
    """Return somebody at the paper by the other process."""
    token = writing.running.token("reader", caller.subject)
    made = PaperWriter(process.url, writing.paper, {"Authorization": f"Bearer {token}"})
    writing.writers.append(made)
    return made.connect()


def present(client: int, name: str, clock: int = 1) -> bytes:
    """Return the message that somebody is there as a client."""
    return wire.awareness({client: (clock, json.dumps({"name": name}))})


def test_an_edit_in_one_process_is_soon_seen_at_the_other(writing, second, same):
    here, there = writing.writer(), at(second, writing, writing.member(ProjectRole.WRITER))
    here.write(0, "one")
    same(there, text="one")
    there.write(3, " two")
    same(here, text="one two")


def test_both_write_at_once_and_nothing_is_lost(writing, second):
    member = writing.member(ProjectRole.WRITER)
    here, there = both = writing.writer(), at(second, writing, member)
    for edit in range(EDITS):
        for side, writer in enumerate(both):
            writer.change(partial(writer.about.__setitem__, f"{side}:{edit}", edit))
            writer.write(0, "ab"[side])
            writer.take()
    wanted = {f"{side}:{edit}" for side in (0, 1) for edit in range(EDITS)}
    here.take_until(lambda: set(here.about) == wanted and len(here.text) == 2 * EDITS)
    there.take_until(lambda: set(there.about) == wanted and str(there.text) == str(here.text))
    assert sorted(str(here.text)) == ["a"] * EDITS + ["b"] * EDITS


def test_whoever_comes_back_at_the_other_process_has_all_and_loses_nothing(writing, second, same):
    member = writing.member(ProjectRole.WRITER)
    here, moving = writing.writer(), at(second, writing, member)
    here.write(0, "a")
    same(moving, text="a")
    moving.write(1, "b")
    moving.cut()  # whether the edit had come is not known
    here.write(0, "_")
    moving.write(2, "c")  # without a connection
    moved = moving.at(writing.running.url).connect()
    same(here, moved, text="_abc")
    moved.cut()
    here.write(4, "d")
    same(moved.at(second.url).connect(), text="_abcd")


def test_a_process_that_was_killed_has_kept_what_it_told(writing, second, same):
    here, there = writing.writer(), at(second, writing, writing.member(ProjectRole.WRITER))
    there.write(0, "kept")
    same(here, text="kept")
    second.kill()
    there.take_until(lambda: not there.is_connected)
    there.write(4, " and more")
    here.write(0, "all ")
    second.start()
    there.connect()
    same(here, there, text="all kept and more")


def test_nobody_writes_at_the_other_process_as_somebody_elses_client(writing, second, same):
    here = writing.writer()
    here.write(0, "mine")
    there = at(second, writing, writing.member(ProjectRole.WRITER))
    same(there, text="mine")
    before = here.document.get_state()
    here.text.insert(4, "!")  # which the first has not sent
    there.send(wire.sync(wire.UPDATE, here.document.get_update(before)))
    there.take_until(lambda: not there.is_connected)
    assert there.closed[0] == Close.NOT_YOURS


def test_people_see_who_is_at_the_paper_by_the_other_process_until_it_is_killed(writing, second):
    here, there = writing.writer(), at(second, writing, writing.member(ProjectRole.WRITER))
    here.send(present(5, "Aziza"))
    there.send(present(6, "Bobur"))
    here.take_until(lambda: 6 in here.presence)
    there.take_until(lambda: 5 in there.presence)
    assert json.loads(here.presence[6]) == {"name": "Bobur", "member": 2}
    assert json.loads(there.presence[5]) == {"name": "Aziza", "member": 1}
    there.send(present(5, "Mallory", clock=9))  # as the other's client
    there.send(present(6, "Babur", clock=2))
    here.take_until(lambda: "Babur" in here.presence[6])
    assert "Aziza" in there.presence[5]
    late = writing.writer()
    late.take_until(lambda: 6 in late.presence)
    second.kill()
    here.take_until(lambda: here.presence[6] == GONE)
    second.start()


def test_whoever_leaves_one_process_is_soon_gone_at_the_other(writing, second):
    here, there = writing.writer(), at(second, writing, writing.member(ProjectRole.WRITER))
    there.send(present(6, "Bobur"))
    here.take_until(lambda: 6 in here.presence)
    before = time.monotonic()
    there.cut()
    here.take_until(lambda: here.presence[6] == GONE)
    assert time.monotonic() - before < LIVES_SECONDS / 2


def test_what_came_while_a_paper_was_being_opened_is_seen_by_the_next_poll(writing, same):
    async def open_amid_polls() -> tuple[int, int]:
        meetings = Meetings(writing.library, SqlTogether, SqlTogether, Presences(writing.library))
        meeting, visitor = await meetings.enter(writing.paper, lambda _: writing.lead)
        assert meetings._looking is not None
        meetings._looking.cancel()
        await meetings._poll([])
        first = writing.writer()
        first.write(0, "a")
        same(first, text="a")
        same(writing.writer(), text="a")  # so it is durable
        await meetings._poll([])  # which began before the paper was there
        await meetings._poll([meeting])
        with writing.library.store.read() as transaction:
            newest = transaction.room(SqlTogether).live.after(writing.paper, 0)[-1].number
        meetings.leave(meeting, visitor)
        return meeting.room.number, newest

    found, newest = asyncio.run(open_amid_polls())
    assert found == newest
