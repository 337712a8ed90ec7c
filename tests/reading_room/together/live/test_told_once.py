"""What is written at a paper is told once, also if the log is read while it is being kept."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import Any

import pytest
from pycrdt import Doc, Text

from ledger_service.services.library import Library
from ledger_service.services.people.presence.presences import Presences
from reading_room.together.live.keep import Addition
from reading_room.together.live.meeting import Meeting
from reading_room.together.live.meetings import Meetings
from reading_room.together.live.visitor import Visitor
from reading_room.together.live.yjs import wire
from reading_room.together.sql import SqlTogether


class LateAppender:
    """Keeps at once; that an edit is kept, it says only once `gate` is open."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.has_kept = threading.Event()
        self.gate = asyncio.Event()

    async def append_async(self, verb: Any, library: Library, request: Any) -> Any:
        told = await asyncio.to_thread(self._library.append, verb, request)
        if isinstance(request, Addition):
            self.has_kept.set()
            await self.gate.wait()
        return told


def edit() -> bytes:
    document = Doc()
    text = document.get("text", type=Text)
    text += "a"
    return wire.sync(wire.UPDATE, document.get_update())


def updates_told(visitor: Visitor) -> int:
    """Return how many updates wait to be sent to somebody."""
    head = wire.sync(wire.UPDATE, b"")[:2]
    return sum(message[:2] == head for message, _ in visitor._unsent)


async def poll(meetings: Meetings, meeting: Meeting, late: LateAppender) -> None:
    """Poll from before the edit is being kept until after it is in the log."""
    written = meetings._written

    def once_kept(*asked: Any) -> Any:
        late.has_kept.wait(30)
        return written(*asked)

    meetings._written = once_kept  # type: ignore[method-assign]
    await meetings._poll([meeting])


async def catch_up(meetings: Meetings, meeting: Meeting, late: LateAppender) -> None:
    await asyncio.to_thread(late.has_kept.wait, 30)
    await meeting.catch_up()


@pytest.mark.parametrize("read_log", [poll, catch_up])
def test_an_edit_that_is_read_while_it_is_being_kept_is_told_once(writing, read_log):
    async def write() -> tuple[int, int]:
        late = LateAppender(writing.library)
        library = dataclasses.replace(writing.library, appender=late)
        meetings = Meetings(library, SqlTogether, SqlTogether, Presences(library))
        meeting, visitor = await meetings.enter(writing.paper, lambda _: writing.lead)
        assert meetings._looking is not None
        meetings._looking.cancel()
        reading = asyncio.create_task(read_log(meetings, meeting, late))
        await asyncio.sleep(0)  # so that it has begun
        await meeting.hear(visitor, edit())
        await asyncio.wait([reading], timeout=1)
        late.gate.set()
        await reading
        while meeting._keeping is not None:
            await asyncio.sleep(0.01)
        await meetings._poll([meeting])
        with library.store.read() as transaction:
            [kept] = transaction.room(SqlTogether).live.after(writing.paper, 0)
        assert meeting.room.number == kept.number
        return updates_told(visitor), len(meeting.room._tail)

    assert asyncio.run(write()) == (1, 1)
