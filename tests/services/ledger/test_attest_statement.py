"""Statements are attested by their digests, once each, and the ledger holds nothing else of them."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import RoleNotHeld
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.ledger.attest_statement import attest_statement
from tests.simulators.bench import LIBRARIAN, OPERATOR, STEWARD, Bench, as_reader

STATEMENT = Digest.of(b"98 of 98 blocks are whole")


@pytest.mark.parametrize("kind", StatementType)
def test_a_statement_of_each_type_is_in_the_ledger(bench: Bench, kind: StatementType) -> None:
    index = attest_statement(bench.library, LIBRARIAN, kind, STATEMENT, STEWARD)
    entry = bench.entries()[index]
    assert entry.kind == "attested"
    assert entry.facts == {
        "type": kind.value,
        "statement": STATEMENT.hex(),
        "attester": STEWARD.hex(),
    }
    bench.registered()
    assert bench.findings() == set()


def test_the_same_statement_again_has_the_entry_that_it_has(bench: Bench) -> None:
    somebody = Commitment(bytes(32))
    first, again = (
        attest_statement(bench.library, OPERATOR, StatementType.REPORT, STATEMENT, STEWARD)
        for _ in range(2)
    )
    other = attest_statement(bench.library, OPERATOR, StatementType.REPORT, STATEMENT, somebody)
    assert (first, other) == (again, first + 1)
    assert len(bench.entries("attested")) == 2


def test_a_reader_attests_nothing(bench: Bench) -> None:
    with pytest.raises(RoleNotHeld):
        attest_statement(
            bench.library, as_reader("0" * 32), StatementType.REPORT, STATEMENT, STEWARD
        )
