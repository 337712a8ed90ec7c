"""A month counted again: the same, lower since parts were erased, or not what was attested."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger_service.ports.paging import PageRequest
from reading_room.usage.rules.months import Month
from reading_room.usage.rules.recount import Recount, recount
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.work import work
from tests.reading_room.usage.decided import decide
from tests.reading_room.usage.test_months import drawn
from tests.simulators.bench import Bench

MONTH = Month(2026, 11)


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Bench(tmp_path)
    decide(made.library, drawn(5, 120, MONTH.begin, MONTH.end))
    made.clock.now = MONTH.closes_at
    work(made.library, lambda: False)
    yield made
    made.release()


def found(bench: Bench, change: Any = None) -> Recount:
    """Return what a recount finds, of lines and a statement that somebody may have changed."""
    with bench.library.store.read() as transaction:
        room = transaction.room(SqlMonths)
        totals = room.find(MONTH)
        lines = [
            line.line().decode() for line in room.page_of_lines(MONTH, PageRequest("", 200)).items
        ]
        parts = transaction.ledger.private_parts(0, 10_000)
    assert totals is not None
    statement = json.loads(totals.statement())
    bodies = [part.body.decode() for part in parts if part.body is not None]
    if change is not None:
        statement, lines, bodies = change(statement, lines, bodies)
    return recount(MONTH, statement, lines, bodies)


def test_the_same_parts_give_the_same_totals(bench: Bench) -> None:
    told = found(bench)
    assert told.is_same
    assert told.parts == told.there > 100


def test_what_was_erased_explains_less_and_never_more(bench: Bench) -> None:
    with bench.library.store.write() as transaction:
        parts = transaction.ledger.private_parts(0, 10_000)
        transaction.ledger.erase_private_parts([part.entry for part in parts[:40]])
    told = found(bench)
    assert not told.is_same
    assert told.is_explained
    assert told.there == told.parts - 40
    assert told.lower
    assert not told.higher


def test_a_line_with_more_than_there_was_is_found(bench: Bench) -> None:
    def change(statement: Any, lines: list[str], bodies: list[str]) -> Any:
        line = json.loads(lines[0])
        line["requests"] += 1
        return statement, [json.dumps(line, separators=(",", ":")), *lines[1:]], bodies

    told = found(bench, change)
    assert not told.holds
    assert not told.is_explained


def test_parts_that_were_never_counted_are_found(bench: Bench) -> None:
    def change(statement: Any, lines: list[str], bodies: list[str]) -> Any:
        more = json.loads(next(body for body in bodies if '"opened"' in body))
        more["at"], more["reader"] = MONTH.begin + 77, "cd" * 32
        return statement, lines, [*bodies, json.dumps(more, separators=(",", ":"))]

    told = found(bench, change)
    assert told.higher
    assert not told.is_explained


def test_less_without_anything_erased_is_no_explanation(bench: Bench) -> None:
    def change(statement: Any, lines: list[str], bodies: list[str]) -> Any:
        kept = [body for body in bodies if '"kind":"denied"' in body]
        return {**statement, "parts": len(kept)}, lines, kept

    told = found(bench, change)
    assert told.lower
    assert not told.is_explained
