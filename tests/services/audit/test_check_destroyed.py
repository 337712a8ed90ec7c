"""Private parts that are gone are compared with what the ledger attests, and with erased readers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from ledger_service.domain.errors import NoLiveGrant, ServiceUnavailable, StatementNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.lending.forgetting import retire_parts as retiring
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.lending.forgetting.retire_parts import DAY_SECONDS, retire_parts
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.bench import BOOK, OPERATOR, Bench, as_reader

PARTS = 5
Told = tuple[Any, list[dict[str, Any]]]


def never() -> bool:
    return False


@pytest.fixture
def opened(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a library that keeps private parts for ten days, with five of one reader."""
    limits = replace(bench.library.limits, retention_seconds=10 * DAY_SECONDS)
    bench.library = replace(bench.library, limits=limits)
    monkeypatch.setattr(retiring, "AT_ONCE", 2)
    grant = bench.granted()
    ask(bench, grant.reader, PARTS)
    return bench


def ask(bench: Bench, reader: str | None, times: int) -> None:
    assert reader is not None
    for _ in range(times):
        with suppress(NoLiveGrant):
            open_resource(bench.library, as_reader(reader), digest=Digest.of(BOOK))
    bench.settle()


@pytest.fixture
def retired(opened: Bench) -> Bench:
    """Return a library whose parts were destroyed by their age, with two of another reader since."""
    opened.clock.advance(12 * DAY_SECONDS)
    assert retire_parts(opened.library, never) == PARTS
    ask(opened, opened.reader(), 2)
    return opened


def destroy(bench: Bench, parts: int) -> None:
    """Destroy the newest parts, as an operator can with a shell of the database."""
    newest = (
        f"SELECT entry FROM private_part WHERE body IS NOT NULL ORDER BY entry DESC LIMIT {parts}"
    )
    change(bench, f"UPDATE private_part SET salt = NULL, body = NULL WHERE entry IN ({newest})")


def change(bench: Bench, statement: str) -> None:
    with bench.store.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount != 0


def attest(bench: Bench, stated: Retirement) -> None:
    """Attest a statement whether it is so or not, and tell it."""
    with bench.store.write() as transaction:
        kind, digest = StatementType.PARTS_DESTROYED, Digest.of(stated.statement())
        entry, _ = append_statement(transaction, kind, digest, bench.library.steward, bench.clock())
        transaction.retirements.keep(replace(stated, entry=entry))
    bench.settle()


def test_what_is_destroyed_by_its_age_is_explained(retired: Bench) -> None:
    report = retired.audit()
    assert (report.findings, report.decisions.erased, report.decisions.unattested) == ([], PARTS, 0)


def test_parts_of_erased_readers_are_explained(retired: Bench) -> None:
    reader = retired.reader()
    ask(retired, reader, 3)
    erase_reader(retired.library, OPERATOR, reader)
    report = retired.audit()
    assert (report.findings, report.decisions.erased) == ([], PARTS + 3)


def test_parts_that_are_gone_without_a_statement_are_a_finding(retired: Bench) -> None:
    reader = retired.reader()
    ask(retired, reader, 3)
    erase_reader(retired.library, OPERATOR, reader)
    destroy(retired, 2)
    [finding] = retired.audit().findings
    assert finding.name == "parts-gone"
    assert finding.reason.values == {
        "gone": PARTS + 5,
        "attested": PARTS,
        "erased": 3,
        "count": 2,
    }


def test_parts_that_are_gone_where_nothing_ever_was_attested_are_a_finding(opened: Bench) -> None:
    destroy(opened, 1)
    assert opened.findings() == {"parts-gone"}


def test_a_part_that_comes_back_from_a_copy_is_a_finding(opened: Bench) -> None:
    change(opened, "CREATE TABLE kept AS SELECT * FROM private_part")
    opened.clock.advance(12 * DAY_SECONDS)
    assert retire_parts(opened.library, never) == PARTS
    opened.settle()
    back = "(SELECT {0} FROM kept WHERE kept.entry = private_part.entry)"
    last = "(SELECT max(entry) FROM kept)"
    columns = ", ".join(f"{name} = {back.format(name)}" for name in ("salt", "body"))
    change(opened, f"UPDATE private_part SET {columns} WHERE entry = {last}")
    assert [finding.reason.name for finding in opened.audit().findings] == [
        "parts-still-there",
        "parts-still-there.fewer",
    ]


def test_a_part_that_a_statement_says_is_destroyed_is_a_finding(opened: Bench) -> None:
    at = opened.entries("opened")[0].at
    midnight = at - at % DAY_SECONDS + DAY_SECONDS
    destroy(opened, PARTS - 1)
    with opened.store.read() as transaction:
        places = [part.entry for part in transaction.ledger.private_parts(0, 100)]
    attest(opened, Retirement(midnight, PARTS - 1, places[1], places[-1]))
    [finding] = opened.audit().findings
    assert finding.name == "parts-still-there"
    assert (finding.reason.values["count"], finding.reason.values["first"]) == (1, places[0])


def test_a_statement_of_more_parts_than_are_gone_is_a_finding(retired: Bench) -> None:
    attest(retired, Retirement(DAY_SECONDS, 7, 0, len(retired.bodies())))
    [finding] = retired.audit().findings
    assert finding.reason.name == "parts-still-there.fewer"
    assert (finding.reason.values["parts"], finding.reason.values["found"]) == (7, PARTS)


def not_told(*_: object) -> Told:
    raise StatementNotFound


@pytest.mark.parametrize(
    "lie",
    [
        not_told,
        lambda erased, stated: (erased, []),
        lambda erased, stated: ("x", stated),
        lambda erased, stated: (erased, [{**stated[0], "parts": stated[0]["parts"] + 1}]),
        lambda erased, stated: (erased, [{**stated[0], "before": 2**80}]),
        lambda erased, stated: (erased, [{**stated[0], "first": None}]),
        lambda erased, stated: (erased, None),
    ],
)
def test_a_statement_that_is_not_shown_explains_nothing(retired: Bench, lie: Any) -> None:
    retired.source.change_destroyed = lie
    assert retired.findings() == {"parts-statement-missing", "parts-gone"}


def test_a_negative_number_of_erased_readers_explains_nothing(retired: Bench) -> None:
    retired.source.change_destroyed = lambda _, stated: (-3, stated)
    assert retired.findings() == set()


def test_a_statement_of_an_entry_that_says_something_else_explains_nothing(retired: Bench) -> None:
    destroy(retired, 1)
    forged = {"before": DAY_SECONDS, "parts": 1, "first": 0, "last": 99, "entry": 0}
    retired.source.change_destroyed = lambda erased, stated: (erased, [*stated, forged])
    assert retired.findings() == {"parts-gone"}


def test_a_source_that_does_not_answer_concludes_nothing(retired: Bench) -> None:
    def away(*_: object) -> Told:
        raise ServiceUnavailable("other-form")

    retired.source.change_destroyed = away
    with pytest.raises(ServiceUnavailable):
        retired.audit()


def test_an_audit_amid_it_says_what_no_entry_tells_yet(opened: Bench) -> None:
    opened.clock.advance(12 * DAY_SECONDS)
    assert retire_parts(opened.library, partial(next, iter([False, True]))) == 2
    report = opened.audit()
    assert (report.findings, report.decisions.unattested) == ([], 2)


def test_no_statement_is_made_while_parts_are_there_of_which_it_tells(opened: Bench) -> None:
    opened.clock.advance(12 * DAY_SECONDS)
    for _ in range(3):  # days, on each of which the worker is stopped after two parts
        retire_parts(opened.library, partial(next, iter([False, True])))
        opened.settle()
        assert opened.findings() == set()
        opened.clock.advance(DAY_SECONDS)
        opened.settle()
    assert len(opened.entries("attested")) == 3
