"""Uses of open content: what is one use and whose, what is kept of it, and what a kill loses."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger_service.domain.errors import InvalidCursor, UsageHourNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from ledger_service.ports.content import OpenUse
from ledger_service.ports.paging import PageRequest
from reading_room.usage import counting
from reading_room.usage.counting import UseCounter
from reading_room.usage.rules.hours import (
    GRACE_SECONDS,
    MOST_PENDING,
    Actor,
    Hour,
    Pending,
    Use,
    actor_of,
)
from reading_room.usage.sql import SqlUsage
from reading_room.usage.verbs.hours import find_hour, list_hours, list_uses
from reading_room.usage.work import work
from tests.simulators.bench import Bench
from tests.simulators.clock import MONDAY

HOUR = 3600
BOOK, SONG = Digest.of(b"book"), Digest.of(b"song")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"


class Counted:
    """A library whose processes count uses, and whose worker closes hours."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "muhr.db"
        self.bench = Bench(folder)
        self.library = self.bench.library
        self.clock = self.bench.clock
        self.counters = [UseCounter(self.library) for _ in range(2)]

    def use(
        self, digest: Digest = BOOK, address: str = "10.0.0.1", agent: str = FIREFOX, of: int = 0
    ) -> None:
        """Let a process count a use now."""
        self.counters[of].count(OpenUse(digest, self.clock(), address, agent))

    def close(self) -> None:
        for counter in self.counters:
            counter.close()

    def table(self, hour: int = MONDAY) -> list[Use]:
        """Return an hour's table once it is closed."""
        self.clock.now = max(self.clock.now, hour + HOUR + GRACE_SECONDS)
        work(self.library, lambda: False)
        page = PageRequest("", 200)
        return list_uses(self.library, SqlUsage, hour, page).items

    def hours(self) -> list[Hour]:
        return list_hours(self.library, SqlUsage, PageRequest("", 200)).items


@pytest.fixture
def counted(empty_database: Path, tmp_path: Path) -> Iterator[Counted]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Counted(tmp_path)
    yield made
    made.close()
    made.bench.release()


def test_uses_within_30_seconds_by_one_session_are_one(counted: Counted) -> None:
    for pause in (0, 10, 20, 30):  # each 30 seconds or less after the one before
        counted.clock.advance(pause)
        counted.use()
    counted.clock.advance(31)
    counted.use()
    counted.close()
    assert counted.table() == [Use(BOOK, Actor.HUMAN, 2)]


def test_the_later_of_two_is_kept(counted: Counted) -> None:
    counted.clock.now = MONDAY + HOUR - 40
    counted.use()
    counted.clock.advance(20)
    counted.use()
    counted.clock.advance(100)
    counted.use(SONG)
    counted.close()
    assert counted.table() == [Use(BOOK, Actor.HUMAN, 1)]
    assert counted.table(MONDAY + HOUR) == [Use(SONG, Actor.HUMAN, 1)]


def test_other_readers_other_resources_and_other_processes_add_up(counted: Counted) -> None:
    counted.use()
    counted.use(address="10.0.0.2")
    counted.use(agent=FIREFOX + " another")
    counted.use(SONG)
    counted.use(address="10.0.0.3", of=1)
    counted.close()
    expected = {(BOOK, Actor.HUMAN): 4, (SONG, Actor.HUMAN): 1}
    assert {(use.digest, use.actor): use.uses for use in counted.table()} == expected


@pytest.mark.parametrize(
    ("agent", "actor"),
    [
        (FIREFOX, "human"),
        ("VLC/3.0.21 LibVLC/3.0.21", "human"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1.15", "human"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2)", "robot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; ClaudeBot/1.0)", "robot"),
        ("Mozilla/5.0 HeadlessChrome/156.0.0.0", "robot"),
        ("Mozilla/5.0 (compatible; PerplexityBot/1.0)", "robot"),
        ("LOCKSS cache", "robot"),  # of COUNTER's list
        ("Drupal (+http://drupal.org/)", "robot"),
        ("Mozilla/5.0 (Linux; Android 13; motorola edge 30) Chrome/131.0 Mobile", "human"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/128.0 YaBrowser/24.10", "human"),
        ("curl/8.5.0", "robot"),
        ("python-requests/2.32", "robot"),
        ("", "robot"),
        (" ", "robot"),
    ],
)
def test_a_program_that_says_so_or_says_nothing_is_a_robot(agent: str, actor: str) -> None:
    assert actor_of(agent).value == actor


def test_an_hour_is_attested_by_the_root_of_its_table(counted: Counted) -> None:
    counted.use()
    counted.use(SONG, agent="curl/8.5.0")
    counted.close()
    frontier = Frontier()
    for use in counted.table():
        frontier.append(leaf_hash(use.line()))
    found = find_hour(counted.library, SqlUsage, MONDAY)
    assert (found.root, found.lines, found.human, found.robot) == (frontier.root(), 2, 1, 1)
    entry = counted.bench.entries("attested")[-1]
    assert entry.facts["type"] == "usage"
    assert entry.facts["statement"] == hashlib.sha256(found.statement()).hexdigest()
    assert json.loads(counted.bench.bodies()[found.entry])["kind"] == "attested"
    before = len(counted.bench.entries("attested"))
    work(counted.library, lambda: False)
    assert len(counted.bench.entries("attested")) == before  # once


def test_an_hour_is_not_told_before_all_have_written(counted: Counted) -> None:
    counted.use()
    counted.close()
    counted.clock.now = MONDAY + HOUR + GRACE_SECONDS - 1
    work(counted.library, lambda: False)
    assert counted.hours() == []
    with pytest.raises(UsageHourNotFound):
        find_hour(counted.library, SqlUsage, MONDAY)


def test_a_process_that_was_killed_is_missed_and_the_hour_says_so(counted: Counted) -> None:
    counted.use()
    counted.use(SONG, of=1)
    counted.clock.advance(40)
    counted.use(address="10.0.0.9", of=1)  # lost with the second process
    for counter in counted.counters:
        counter._write()
    counted.counters[0].close()
    counted.counters.pop()._over.set()  # the kill: it writes no more
    table = counted.table()
    assert {(use.digest, use.uses) for use in table} == {(BOOK, 1), (SONG, 1)}
    [hour] = counted.hours()
    assert hour.interrupted == 1
    assert json.loads(hour.statement())["interrupted"] == 1
    counted.clock.advance(10 * HOUR)
    work(counted.library, lambda: False)
    assert len(counted.hours()) == 1  # it is missed once


def test_a_kill_in_an_hour_without_uses_is_told_of_too(counted: Counted) -> None:
    counted.use()
    counted.clock.advance(40)
    counted.counters[0]._write()
    counted.clock.advance(HOUR)
    counted.counters[0]._write()  # says that it lives
    counted.counters.pop(0)._over.set()
    counted.clock.advance(3 * HOUR)
    work(counted.library, lambda: False)
    assert [(hour.hour, hour.lines, hour.interrupted) for hour in counted.hours()] == [
        (MONDAY + HOUR, 0, 1),
        (MONDAY, 1, 0),
    ]


def test_what_could_not_be_written_is_written_later(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(counted.file) as other:
        other.execute("ALTER TABLE usage_use RENAME TO away")
    counted.use()
    counted.clock.advance(40)
    counted.counters[0]._write()
    with sqlite3.connect(counted.file) as other:
        other.execute("ALTER TABLE away RENAME TO usage_use")
    counted.close()
    assert counted.table() == [Use(BOOK, Actor.HUMAN, 1)]


def test_what_comes_late_is_counted_in_the_hour_that_is_open(counted: Counted) -> None:
    counted.use()
    counted.clock.advance(3 * HOUR)
    counted.close()
    now = MONDAY + 3 * HOUR
    assert counted.table(now) == [Use(BOOK, Actor.HUMAN, 1)]
    assert [hour.hour for hour in counted.hours()] == [now]


def test_nothing_of_who_it_was_is_in_the_database(counted: Counted) -> None:
    counted.use(address="198.51.100.77", agent="Netscape Navigator of Dilnoza")
    counted.close()
    counted.table()
    kept = b"".join(path.read_bytes() for path in counted.file.parent.glob("muhr.db*"))
    assert b"198.51.100.77" not in kept
    assert b"Dilnoza" not in kept


def test_many_at_once_are_held_within_bounds() -> None:
    pending = Pending()
    counted = 0
    for number in range(MOST_PENDING + 10):
        counted += pending.add(number.to_bytes(16, "big"), BOOK, Actor.HUMAN, MONDAY).total()
    assert counted + len(pending) == MOST_PENDING + 10
    assert len(pending) <= MOST_PENDING + 1


def test_tables_are_paged_and_a_cursor_of_another_list_is_refused(counted: Counted) -> None:
    for number in range(5):
        counted.use(Digest.of(bytes([number])))
        counted.use(Digest.of(bytes([number])), agent="curl")
    counted.close()
    whole = counted.table()
    assert len(whole) == 10
    found, cursor = [], ""
    while True:
        page = list_uses(counted.library, SqlUsage, MONDAY, PageRequest(cursor, 3))
        found += page.items
        if page.next is None:
            break
        cursor = page.next
    assert found == whole
    other = PageRequest("", 1)
    with pytest.raises(InvalidCursor):
        wrong = list_hours(counted.library, SqlUsage, other).next or "MTI"
        list_uses(counted.library, SqlUsage, MONDAY, PageRequest(wrong, 1))


def test_the_key_of_an_hour_is_forgotten_also_if_nobody_comes_after_it(
    counted: Counted, monkeypatch: pytest.MonkeyPatch, wait: Callable[..., Any]
) -> None:
    monkeypatch.setattr(counting, "WRITE_SECONDS", 0.01)
    counted.use()
    counter = counted.counters[0]
    assert counter._key
    counted.clock.advance(HOUR)
    wait(lambda: not counter._key, "the key is still there")
