"""Presence between processes over one database: who is seen, what rests, what is refused, what it costs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger_service.adapters.sql.changes import LOOK_SECONDS
from ledger_service.adapters.sql.people.presences import SqlPresences
from ledger_service.domain.errors import InvalidJson
from ledger_service.ports.people import KeptPresence
from ledger_service.services.people.presence import presences
from ledger_service.services.people.presence.pass_presence import (
    LIVES_SECONDS,
    Teller,
    forget_presences,
    read_presences,
)
from ledger_service.services.people.presence.told_states import (
    LARGEST_TOLD_BYTES,
    MOST_NUMBER,
    read_states,
    write_states,
)
from tests.simulators.bench import Bench
from tests.simulators.people.company import ProcessSimulator, until

STATE = '{"name":"Aziza"}'
FAR = 2**40  # seconds since 1970: long after anything here


@pytest.fixture
def two(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ProcessSimulator]]:
    monkeypatch.setattr(presences, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(presences, "TELL_SECONDS", 0.05)
    monkeypatch.setattr(presences, "BEAT_SECONDS", 0.2)
    made = [ProcessSimulator(bench.library) for _ in range(2)]
    yield made
    for one in made:
        one.close()


def rows_of(bench: Bench) -> list[KeptPresence]:
    with bench.store.read() as transaction:
        return transaction.presences.after(0, ["a", "b"], 0, largest=FAR, limit=1000)


def row_of(bench: Bench, process: str) -> KeptPresence:
    [row] = [one for one in rows_of(bench) if one.process == process]
    return row


def put(bench: Bench, *rows: KeptPresence) -> None:
    with bench.store.write() as transaction:
        transaction.presences.put(rows)


def test_people_at_one_place_see_one_another_and_who_left(two):
    async def meet():
        first, second = two
        here = first.come("a", _1=STATE)
        there, elsewhere = second.come("a", _2="{}"), second.come("b", _3="{}")
        await until(lambda: here.seen() == {2: (1, "{}")} and there.seen() == {1: (1, STATE)})
        here.here[1] = (2, "{}")
        first.presences.changed("a")
        await until(lambda: there.seen() == {1: (2, "{}")})
        first.presences.close("a", here)
        await until(lambda: there.seen() == {})
        assert elsewhere.seen() == {}
        assert here.seen() == {}

    asyncio.run(meet())


def test_people_of_a_killed_process_vanish(two, bench):
    async def meet():
        first, second = two
        first.come("a", _1=STATE)
        there = second.come("a", _2="{}")
        await until(lambda: there.seen() == {1: (1, STATE)})
        first.kill()
        await asyncio.sleep(0.1)
        assert there.seen() == {1: (1, STATE)}
        bench.clock.advance(LIVES_SECONDS)
        await until(lambda: there.seen() == {})
        await until(lambda: len(rows_of(bench)) == 1)  # its own
        second.kill()

    asyncio.run(meet())
    bench.clock.advance(LIVES_SECONDS)
    forget_presences(bench.library, lambda: False)
    assert rows_of(bench) == []


def test_names_rest_sealed_and_only_while_another_process_is_there(two, bench):
    async def meet():
        first, second = two
        here = first.come("a", _1=STATE)
        await until(lambda: rows_of(bench))
        [alone] = rows_of(bench)
        there = second.come("a", _2="{}")
        await until(lambda: there.seen() == {1: (1, STATE)})
        told = row_of(bench, alone.process)
        assert len(told.sealed) == len(alone.sealed) + len(json.dumps([1, 1, STATE]))
        files = b"".join(one.read_bytes() for one in bench.folder.glob("muhr.db*"))
        assert told.process.encode() in files
        assert b"Aziza" not in files
        second.presences.close("a", there)
        await until(lambda: here.seen() == {} and here.others)
        await until(lambda: len(row_of(bench, alone.process).sealed) == len(alone.sealed))
        first.presences.close("a", here)
        await until(lambda: first.presences._going is None)

    asyncio.run(meet())


def test_where_nobody_is_nothing_is_read_or_written(two, bench):
    async def come_and_go():
        first, _ = two
        here = first.come("a", _1=STATE)
        await until(lambda: rows_of(bench))
        first.presences.close("a", here)
        await until(lambda: first.presences._going is None)

    asyncio.run(come_and_go())
    with bench.store.read() as transaction:
        assert transaction.presences.after(0, ["a"], bench.clock(), largest=FAR, limit=9)
    bench.clock.advance(LIVES_SECONDS)
    forget_presences(bench.library, lambda: False)
    time.sleep(LOOK_SECONDS)
    before = bench.store.changes()
    forget_presences(bench.library, lambda: False)
    time.sleep(LOOK_SECONDS)
    assert rows_of(bench) == []
    assert bench.store.changes() == before


def test_news_is_written_no_more_often_than_told(two, bench, monkeypatch):
    monkeypatch.setattr(presences, "TELL_SECONDS", 0.5)
    written = []
    put_rows = SqlPresences.put

    def count(self, rows):
        written.append(len(rows))
        put_rows(self, rows)

    async def move():
        first, second = two
        here, there = first.come("a", _1="{}"), second.come("a", _2="{}")
        await until(lambda: here.seen() and there.seen())
        monkeypatch.setattr(SqlPresences, "put", count)
        begun = time.monotonic()
        for clock in range(2, 102):
            here.here[1] = (clock, "{}")
            first.presences.changed("a")
            await asyncio.sleep(0.01)
        await until(lambda: there.seen() == {1: (101, "{}")})
        took = time.monotonic() - begun
        for one in two:
            one.kill()
        return took

    took = asyncio.run(move())
    assert 4 <= len(written) <= 2 * (took / 0.5 + 2)  # of two processes


def forged(bench: Bench) -> dict[str, KeptPresence]:
    """Return rows that no process has told, by what is wrong with each."""
    teller, other, now = Teller.new(bench.library), Teller.new(bench.library), bench.clock()
    right = teller.row("a", now, {1: (1, STATE)})
    large = "x" * LARGEST_TOLD_BYTES
    plain = json.dumps([[1, 1, large]]).encode()
    purpose = f"presence at a by {teller.name} until {right.until}"
    return {
        "of another place": replace_row(teller.row("b", now, {1: (1, STATE)}), place="a"),
        "of another process": replace_row(right, process=other.name),
        "under another's key": replace_row(right, key=other.wrapped),
        "longer than told": replace_row(right, until=right.until + 1),
        "for ever": teller.row("a", FAR, {1: (1, STATE)}),
        "over": teller.row("a", now - LIVES_SECONDS, {1: (1, STATE)}),
        "not sealed": replace_row(right, sealed=write_states({1: (1, STATE)})),
        "no key": replace_row(right, key=b""),
        "too large": replace_row(right, sealed=teller.key.seal(plain, purpose)),
        "no states": replace_row(right, sealed=teller.key.seal(b'[{"a":1}]', purpose)),
    }


def replace_row(row: KeptPresence, **changed: object) -> KeptPresence:
    return row._replace(**changed)


def test_what_is_forged_moved_or_too_large_is_not_heard(bench):
    reading = Teller.new(bench.library)
    for wrong, row in forged(bench).items():
        put(bench, row)
        number, heard = read_presences(bench.library, ["a"], 0, reading)
        assert heard == [], wrong
        with bench.store.write() as transaction:
            transaction.presences.forget_ended(FAR * 2)
    teller = Teller.new(bench.library)
    put(bench, teller.row("a", bench.clock(), {1: (1, STATE)}))
    number, [heard] = read_presences(bench.library, ["a"], 0, reading)
    assert heard.states == {1: (1, STATE)}
    assert read_presences(bench.library, ["a"], number, reading) == (number, [])
    assert read_presences(bench.library, ["a"], 0, teller)[1] == []


def test_a_key_of_another_library_opens_nothing(bench):
    other = replace(bench.library, key=replace(bench.library.key, name="other.example/ledger"))
    put(bench, Teller.new(other).row("a", bench.clock(), {1: (1, STATE)}))
    assert read_presences(bench.library, ["a"], 0, Teller.new(bench.library))[1] == []


def test_states_are_told_as_many_as_fit():
    large = dict.fromkeys(range(10), (1, "x" * 5000))
    told = write_states(large)
    assert len(told) <= LARGEST_TOLD_BYTES
    assert list(read_states(told)) == list(range(6))
    assert read_states(b"null") is None
    assert read_states(b"[]") == {}


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        b'[[1,1,"{}"]',
        b"[[1,1,2]]",
        b'[[-1,1,"{}"]]',
        b'[[true,1,"{}"]]',
        b'[[1,1,"{}",1]]',
        b'[[%d,1,"{}"]]' % (MOST_NUMBER + 1),
        b"[" * 100_000,
    ],
)
def test_anything_else_is_no_states(wrong):
    with pytest.raises(InvalidJson):
        read_states(wrong)
