"""Papers written live by somebody who wants to break them: nothing of it stays, and others go on."""

from __future__ import annotations

import asyncio
import random

import pytest

from ledger_service.services.people.presence.presences import Presences
from reading_room.together.live.bounds import (
    LOOK_SECONDS,
    MOST_CLAIMS,
    PRESENCES_OF_VISITOR,
    ROOMS_OF_READER,
    UNSENT_BYTES,
    Close,
    Refused,
)
from reading_room.together.live.keep import read_log
from reading_room.together.live.meetings import Meetings
from reading_room.together.live.room import Room
from reading_room.together.live.visitor import Visitor
from reading_room.together.live.yjs import wire
from reading_room.together.live.yjs.spans import MANY_RUNS, Spans
from reading_room.together.live.yjs.update import Run, read_update
from reading_room.together.live.yjs.wire import number, sized
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.members import remove_member
from reading_room.together.verbs.papers import make_paper

DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY = range(1, 9)
BROKEN = b"\xff"


def edit(kind: int, content: bytes, *, client: int = 7, key: bytes | None = None) -> bytes:
    """Return an update of one edit at the root of the text."""
    info = bytes([kind | (32 if key is not None else 0)])
    place = number(1) + sized(b"text") + (sized(key) if key is not None else b"")
    return number(1) + number(1) + number(client) + number(0) + info + place + content + number(0)


POISON = {
    "embed": edit(EMBED, sized(b"{no JSON")),
    "format": edit(FORMAT, sized(b"bold") + sized(b"{no JSON")),
    "format's key": edit(FORMAT, sized(BROKEN) + sized(b"1")),
    "json": edit(JSON, number(1) + sized(b"{no JSON")),
    "value": edit(ANY, number(1) + b"\x77" + sized(BROKEN)),
    "value's key": edit(ANY, number(1) + b"\x76" + number(1) + sized(BROKEN) + b"\x7e"),
    "value's number": edit(ANY, number(1) + b"\x7d" + b"\xff" * 12 + b"\x01"),
    "key": edit(STRING, sized(b"a"), key=BROKEN),
    "type's name": edit(TYPE, number(3) + sized(BROKEN)),
    "client beyond numbers of pages": edit(STRING, sized(b"a"), client=2**53),
    "edit of nothing": edit(STRING, sized(b"")),
    "client twice": number(2) + (edit(STRING, sized(b"a"))[1:-1]) * 2 + number(0),
}


@pytest.mark.parametrize("name", POISON)
def test_what_no_page_could_open_is_refused(name):
    with pytest.raises(Refused) as refused:
        read_update(POISON[name])
    assert refused.value.code == Close.MALFORMED


@pytest.mark.parametrize("role", [ProjectRole.WRITER, ProjectRole.COMMENTER])
def test_an_edit_in_what_is_no_value_is_refused_and_the_paper_opens(writing, same, role):
    first = writing.writer()
    first.write(0, "ours")
    hostile = writing.writer(writing.member(role))
    same(hostile, text="ours")
    client = first.document.client_id
    in_a_letter = bytes([STRING]) + number(0) + number(client) + number(0) + sized(b"b")
    hostile.send(
        wire.sync(wire.UPDATE, number(1) + number(1) + number(9) + number(0) + in_a_letter + b"\0")
    )
    hostile.take_until(lambda: not hostile.is_connected)
    assert hostile.closed[0] == Close.MALFORMED
    first.write(4, " still")
    same(writing.writer(), text="ours still")


def visitor_of(member: int = 1) -> Visitor:
    return Visitor(lambda _: None, "r", member, 1, may_write=True, may_comment=True)


def test_a_paper_that_is_asked_for_again_and_again_is_not_gathered_and_is_paid_for():
    async def ask() -> None:
        visitor = visitor_of()
        visitor.open([b"paper"], 1_000_000)
        assert visitor.is_opening
        visitor.send(b"a" * UNSENT_BYTES)
        assert visitor.end is None
        visitor.send(b"a")
        assert visitor.end.code == Close.TOO_SLOW
        other = visitor_of()
        other.open([b"paper"], 50_000_000)
        assert other.spend(0.0, 1) == 0.0
        assert await other.next() == b"paper"
        assert not other.is_opening
        other.open([b"paper"], 50_000_000)
        assert other.spend(0.0, 1) > 60

    asyncio.run(ask())


def test_somebody_is_present_only_a_few_times(writing):
    first = writing.writer()
    for client in range(100, 100 + PRESENCES_OF_VISITOR + 1):
        first.send(wire.awareness({client: (1, "{}")}))
    first.take_until(lambda: not first.is_connected)
    assert first.closed[0] == Close.TOO_MANY


def test_clients_that_a_member_claims_are_forgotten_in_time(writing):
    with writing.library.store.read() as transaction:
        room = Room(read_log(writing.library, transaction, SqlTogether, writing.paper))
    for client in range(MOST_CLAIMS + 1):
        room.claim(client, 1)
    room.claim(0, 2)
    with pytest.raises(Refused):
        room.claim(MOST_CLAIMS, 2)


def test_whoever_is_removed_while_a_paper_is_opened_goes(writing):
    reader = writing.member(ProjectRole.WRITER)
    with writing.library.store.read() as transaction:
        members = transaction.room(SqlTogether).projects
        found = members.member(writing.project, reader.subject).number

    async def race() -> None:
        meetings = Meetings(writing.library, SqlTogether, SqlTogether, Presences(writing.library))
        meeting, lead = await meetings.enter(writing.paper, lambda _: writing.lead)
        lock = meetings._opening.setdefault(writing.paper, asyncio.Lock())
        await lock.acquire()
        entering = asyncio.create_task(meetings.enter(writing.paper, lambda _: reader))
        while not lock._waiters:  # until they are let in, and wait
            await asyncio.sleep(0.01)
        await asyncio.to_thread(
            remove_member, writing.library, SqlTogether, writing.lead, writing.project, found
        )
        await asyncio.sleep(LOOK_SECONDS + 0.5)
        lock.release()
        _, gone = await entering
        async with asyncio.timeout(60):
            while gone.end is None:
                await asyncio.sleep(0.05)
        assert lead.end is None
        meetings.leave(meeting, gone)
        meetings.leave(meeting, lead)
        await asyncio.sleep(0.5)

    asyncio.run(race())


def test_one_person_is_not_in_all_rooms(writing):
    async def fill() -> None:
        meetings = Meetings(writing.library, SqlTogether, SqlTogether, Presences(writing.library))
        papers = [
            make_paper(writing.library, SqlTogether, writing.lead, writing.project, f"{one}").id
            for one in range(ROOMS_OF_READER)
        ]
        entered = [await meetings.enter(one, lambda _: writing.lead) for one in papers]
        with pytest.raises(Refused):
            await meetings.enter(writing.paper, lambda _: writing.lead)
        for meeting, visitor in entered:
            meetings.leave(meeting, visitor)
        await asyncio.sleep(0.5)

    asyncio.run(fill())


def test_many_deletions_in_any_order_are_the_same_as_one_by_one():
    chance = random.Random(3)
    runs = [Run(1, chance.randrange(5_000), chance.randrange(4)) for _ in range(3 * MANY_RUNS)]
    one_by_one, at_once = Spans(), Spans(runs[:100])
    for run in runs:
        one_by_one.add(run)
    at_once.add_all(runs[100:])
    assert list(at_once.runs()) == list(one_by_one.runs())
