"""Statements are attested by their digests, once each, and the ledger holds nothing else of them."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import RoleNotHeld
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.ledger.entry import BY_WORD, StatementType
from ledger_service.domain.ledger.statement import StatementFilter
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger import list_statements as listing
from ledger_service.services.ledger.attest_statement import attest_statement
from ledger_service.services.ledger.list_statements import list_statements
from tests.simulators.bench import LIBRARIAN, OPERATOR, STEWARD, Bench, as_reader

STATEMENT = Digest.of(b"98 of 98 blocks are whole")


@pytest.mark.parametrize("kind", BY_WORD)
def test_a_statement_of_each_type_is_in_the_ledger(bench: Bench, kind: StatementType) -> None:
    attested = attest_statement(bench.library, LIBRARIAN, kind, STATEMENT, STEWARD)
    entry = bench.entries()[attested.entry]
    assert entry.kind == "attested"
    assert entry.facts == {
        "type": kind.value,
        "statement": STATEMENT.hex(),
        "attester": STEWARD.hex(),
    }
    bench.registered()
    report = bench.audit()
    assert (report.is_clean, report.attested) == (True, {kind.value: 1})


def test_the_same_statement_again_has_the_entry_that_it_has(bench: Bench) -> None:
    somebody = Commitment(bytes(32))
    first, again = (
        attest_statement(bench.library, OPERATOR, StatementType.REPORT, STATEMENT, STEWARD)
        for _ in range(2)
    )
    other = attest_statement(bench.library, OPERATOR, StatementType.REPORT, STATEMENT, somebody)
    assert (first, other.entry) == (again, first.entry + 1)
    assert len(bench.entries("attested")) == 2


def test_statements_are_listed_by_what_is_asked_and_page_by_page(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = attest_statement(bench.library, LIBRARIAN, StatementType.USAGE, STATEMENT, STEWARD)
    bench.registered()
    bench.clock.advance(60)
    other = Digest.of(b"another table")
    second = attest_statement(bench.library, LIBRARIAN, StatementType.REPORT, other, STEWARD)
    for which, found in (
        (StatementFilter(), [first, second]),
        (StatementFilter(kind=StatementType.USAGE), [first]),
        (StatementFilter(digest=other), [second]),
        (StatementFilter(since=second.at), [second]),
        (StatementFilter(until=second.at), [first]),
        (StatementFilter(kind=StatementType.USAGE, digest=other), []),
    ):
        assert list_statements(bench.library, PageRequest(), which).items == found
    monkeypatch.setattr(listing, "MOST_LOOKED_AT", 2)
    read, cursor = [], ""
    while True:
        page = list_statements(bench.library, PageRequest(cursor, 1))
        read += page.items
        if page.next is None:
            break
        cursor = page.next
    assert read == [first, second]


def test_a_reader_attests_nothing(bench: Bench) -> None:
    with pytest.raises(RoleNotHeld):
        attest_statement(
            bench.library, as_reader("0" * 32), StatementType.REPORT, STATEMENT, STEWARD
        )
