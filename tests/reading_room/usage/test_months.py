"""Months of use: what is counted of openings and denials, what the ledger attests, and what stays."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from ledger_service.ports.content import OpenUse
from reading_room.usage.counting import UseCounter
from reading_room.usage.rules import decisions
from reading_room.usage.rules.decisions import clicks_of, count
from reading_room.usage.rules.months import Access, Month, MonthLine, MonthTotals
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.work import work
from tests.reading_room.usage.decided import COUNTED_AS, Decided, decide, recount
from tests.simulators.bench import BOOK, Bench

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
DAY = 86_400
TITLE, SONG, GONE = Digest.of(BOOK), Digest.of(b"song"), Digest.of(b"gone")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Bench(tmp_path)
    yield made
    made.release()


def closed(bench: Bench, month: Month) -> MonthTotals | None:
    """Return the totals of a month after the worker had its turn."""
    work(bench.library, lambda: False)
    with bench.library.store.read() as transaction:
        return transaction.room(SqlMonths).find(month)


def lines(bench: Bench, month: Month) -> list[MonthLine]:
    with bench.library.store.read() as transaction:
        return list(transaction.room(SqlMonths).lines(month))


def by_digest(bench: Bench, month: Month) -> dict[Digest, dict[str, int]]:
    return {
        line.digest: line.counts.to_json()
        for line in lines(bench, month)
        if line.access is Access.CONTROLLED
    }


def drawn(seed: int, many: int, begin: int, end: int) -> list[Decided]:
    """Return decisions that often come twice, at the ends of hours and of the month as well."""
    chosen = random.Random(seed)
    found = []
    while len(found) < many:
        at = chosen.randrange(begin, end)
        if chosen.random() < 0.3:
            at = at - at % 3600 + chosen.choice([0, 1, 3599])
        one = Decided(
            at,
            chosen.choice([TITLE, SONG, GONE]),
            f"reader {chosen.randrange(4)}",
            chosen.choice(["", "", *COUNTED_AS, "withdrawn", "over-limit", "not-lent"]),
        )
        pauses = [chosen.choice([0, 1, 20, 30, 31, 45]) for _ in range(chosen.randrange(4))]
        found.append(one)
        for pause in pauses:
            found.append(found[-1]._replace(at=found[-1].at + pause))
    return found


def test_a_month_is_what_somebody_else_counts(bench: Bench) -> None:
    decided = drawn(1, 900, NOVEMBER.begin, NOVEMBER.begin + 3 * DAY)
    decided += drawn(2, 200, NOVEMBER.end - 3600, NOVEMBER.end + 3600)
    decide(bench.library, decided)
    bench.clock.now = NOVEMBER.closes_at
    totals = closed(bench, NOVEMBER)
    assert totals is not None
    assert by_digest(bench, NOVEMBER) == recount(decided, NOVEMBER.begin, NOVEMBER.end)
    inside = [one for one in decided if NOVEMBER.begin <= one.at < NOVEMBER.end]
    assert totals.parts == len(inside)
    bench.clock.now = DECEMBER.closes_at
    assert closed(bench, DECEMBER) is not None
    assert by_digest(bench, DECEMBER) == recount(decided, DECEMBER.begin, DECEMBER.end)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(7190, 7290) | st.integers(3590, 3650),
            st.sampled_from([TITLE, SONG]),
            st.sampled_from("ab"),
            st.sampled_from(["", "", "no-seat", "withdrawn"]),
        ),
        max_size=25,
    )
)
def test_any_clicks_are_counted_as_one_by_one(bare: list[tuple[int, Digest, str, str]]) -> None:
    decided = [Decided(*one) for one in sorted(bare, key=lambda one: one[0])]
    rows = []
    for one in decided:
        kind = "denied" if one.why else "opened"
        body = (
            f'{{"at":{one.at},"digest":"{one.digest.hex()}","kind":"{kind}","reason":"{one.why}"}}'
        )
        rows.append((one.at, one.reader.encode(), body.encode()))
    counted = count(clicks_of(rows), 3600, 7200)
    found = {digest: counts.to_json() for digest, counts in counted.items()}
    assert found == recount(decided, 3600, 7200)


@pytest.mark.parametrize("at_once", [1, 3, 50])
def test_it_is_the_same_however_often_what_is_settled_is_put_away(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(decisions, "CLICKS_AT_ONCE", at_once)
    decided = sorted(drawn(at_once, 300, 7000, 15_000), key=lambda one: one.at)
    rows = []
    for one in decided:
        kind = "denied" if one.why else "opened"
        body = (
            f'{{"at":{one.at},"digest":"{one.digest.hex()}","kind":"{kind}","reason":"{one.why}"}}'
        )
        rows.append((one.at, one.reader.encode(), body.encode()))
    counted = count(clicks_of(rows), 7200, 14_400)
    found = {digest: counts.to_json() for digest, counts in counted.items()}
    assert found == recount(decided, 7200, 14_400)


def test_a_months_totals_are_attested_by_the_root_of_their_lines(bench: Bench) -> None:
    bench.registered()
    decide(
        bench.library,
        [
            Decided(NOVEMBER.begin + 10, TITLE, "a"),
            Decided(NOVEMBER.begin + 20, TITLE, "a"),
            Decided(NOVEMBER.begin + 20, TITLE, "b", "seats-taken"),
        ],
    )
    bench.clock.now = NOVEMBER.closes_at - 1
    assert closed(bench, NOVEMBER) is None
    bench.clock.now = NOVEMBER.closes_at
    totals = closed(bench, NOVEMBER)
    assert totals is not None
    frontier = Frontier()
    for line in lines(bench, NOVEMBER):
        frontier.append(leaf_hash(line.line()))
    assert totals.root == frontier.root()
    entry = json.loads(bench.bodies()[totals.entry])
    assert entry["type"] == "usage-month"
    assert entry["statement"] == hashlib.sha256(totals.statement()).hexdigest()
    assert json.loads(totals.statement()) == {
        "format": "muhr-usage-month/1",
        "lines": 1,
        "month": "2026-11",
        "parts": 3,
        "root": totals.root.hex(),
        "totals": {"limit_exceeded": 1, "no_license": 0, "requests": 1, "unique_requests": 1},
    }
    before = len(bench.entries("attested"))
    assert closed(bench, NOVEMBER) == totals
    assert len(bench.entries("attested")) == before  # once


def test_what_is_erased_later_changes_no_number(bench: Bench) -> None:
    decided = drawn(3, 60, NOVEMBER.begin, NOVEMBER.begin + DAY)
    decide(bench.library, decided)
    bench.clock.now = NOVEMBER.begin + 2 * DAY
    assert closed(bench, NOVEMBER) is None  # counted, and open
    with bench.library.store.write() as transaction:
        transaction.ledger.erase_private_parts(range(len(bench.bodies())))
    bench.clock.now = NOVEMBER.closes_at
    assert closed(bench, NOVEMBER) is not None
    assert by_digest(bench, NOVEMBER) == recount(decided, NOVEMBER.begin, NOVEMBER.end)


def test_open_content_is_in_it_with_the_first_use_of_each_hour(bench: Bench) -> None:
    bench.registered()
    bench.clock.now = DECEMBER.begin + 10
    counter = UseCounter(bench.library)

    def use(agent: str = FIREFOX, address: str = "10.0.0.1") -> None:
        counter.count(OpenUse(TITLE, bench.clock(), address, agent))
        bench.clock.advance(100)

    for _ in range(3):
        use()
    use(address="10.0.0.2")
    use(agent="GPTBot/1.2")
    bench.clock.advance(3600)
    use()
    counter.close()
    bench.clock.now = DECEMBER.closes_at
    totals = closed(bench, DECEMBER)
    assert totals is not None
    [line] = lines(bench, DECEMBER)
    assert (line.access, line.kind, line.year) == (Access.OPEN, "Unspecified", 0)
    assert (line.counts.requests, line.counts.unique) == (5, 3)


def test_a_clock_that_leaps_ahead_counts_and_closes_nothing(bench: Bench) -> None:
    decide(bench.library, [Decided(NOVEMBER.begin, TITLE, "a")])
    bench.clock.now = DECEMBER.closes_at
    bench.chain.is_stale = True  # its newest block is as old as it was
    assert closed(bench, NOVEMBER) is None
    with bench.library.store.read() as transaction:
        assert transaction.room(SqlMonths).counted_to() is None
    bench.chain.is_stale = False
    assert closed(bench, NOVEMBER) is not None


def test_a_month_without_use_says_so(bench: Bench) -> None:
    decide(bench.library, [Decided(NOVEMBER.begin, TITLE, "a")])
    bench.clock.now = DECEMBER.closes_at
    totals = closed(bench, DECEMBER)
    assert totals is not None
    assert (totals.lines, totals.parts, totals.counts.requests) == (0, 0, 0)


def test_time_in_which_nothing_was_decided_is_passed_over_by_month(bench: Bench) -> None:
    later = Month(2027, 11)
    decided = [Decided(at, TITLE, "a") for at in (NOVEMBER.begin, later.begin + 20 * DAY + 5)]
    decide(bench.library, decided)
    steps: list[str] = []

    def hear(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith(("INSERT INTO usage_month ", "UPDATE usage_month SET until")):
            steps.append(statement)

    event.listen(bench.store.engine, "before_cursor_execute", hear)
    bench.clock.now = later.end + DAY
    work(bench.library, lambda: False)
    assert len([one for one in steps if one.startswith("INSERT")]) == 14
    assert (
        len(steps) <= 14 * 2 + 4
    )  # an attempt at each month's row, and what is left of two months
    assert by_digest(bench, NOVEMBER) == recount(decided, NOVEMBER.begin, NOVEMBER.end)
    assert by_digest(bench, later) == recount(decided, later.begin, later.end)
    with bench.library.store.read() as transaction:
        assert all(transaction.room(SqlMonths).find(Month(2027, at)) for at in range(1, 11))


def test_a_part_that_is_damaged_stops_nothing(bench: Bench) -> None:
    decide(bench.library, [Decided(NOVEMBER.begin + at, TITLE, "a") for at in (0, 100)])
    last = len(bench.bodies()) - 1
    with bench.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE private_part SET body = ? WHERE entry = ?", (b'{"kind":"opened"', last)
        )
    bench.clock.now = NOVEMBER.closes_at
    totals = closed(bench, NOVEMBER)
    assert totals is not None
    assert (totals.parts, totals.counts.requests) == (2, 1)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "0000-01", "2026-01-01"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Month.parse(text)


def test_months_follow_one_another() -> None:
    assert [str(Month(2026, 11).next), str(DECEMBER.next)] == ["2026-12", "2027-01"]
    assert Month.of(DECEMBER.end) == Month(2027, 1)
    assert Month.of(DECEMBER.end - 1) == DECEMBER
    assert [Month(2028, 2).last_day, Month(2027, 2).last_day] == [29, 28]
