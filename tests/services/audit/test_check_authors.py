"""Whoever changes what authors signed, or leaves a signature out, is found by an audit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.signed_statement import SignedStatement
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.authorship.show_signed import signed_works
from ledger_service.services.ledger.attest_statement import append_statement
from tests.simulators.bench import STEWARD, Bench
from tests.simulators.people.writers import WORK, PasskeyWriter, Writer, signed

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def signed_by_two(bench: Bench) -> Bench:
    signed(bench, Writer(bench, "Malika"), PasskeyWriter(bench, "Yusuf"))
    bench.anchored_twice()
    return bench


def attest(bench: Bench, digest: Digest, attester: Any = STEWARD) -> None:
    with bench.store.write() as transaction:
        kind = StatementType.COSIGNATURE
        append_statement(transaction, kind, digest, attester, bench.clock())


def test_what_all_have_signed_is_no_finding(signed_by_two: Bench) -> None:
    report = signed_by_two.audit()
    assert (report.is_clean, report.attested) == (True, {"cosignature": 1})


CHANGES: dict[str, Change] = {
    "title": lambda told: told["signed"]["statement"].update(title="Another"),
    "order of authors": lambda told: told["signed"]["statement"]["authors"].reverse(),
    "author left out": lambda told: told["signed"]["statement"]["authors"].pop(),
    "signature left out": lambda told: told["signed"]["signatures"].pop(),
    "signatures exchanged": lambda told: told["signed"]["signatures"].reverse(),
    "signature changed": lambda told: told["signed"]["signatures"][0].update(signature="00" * 65),
    "name changed": lambda told: told["names"][0].update(name="Somebody Else"),
    "time changed": lambda told: told["signed"]["signatures"][0].update(at=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_file_than_the_ledger_attests_is_found(signed_by_two: Bench, change: str) -> None:
    def changed(data: bytes) -> bytes:
        told = json.loads(data)
        CHANGES[change](told)
        return canonical_json.canonicalize(told)

    signed_by_two.source.change_statement = changed
    assert signed_by_two.findings() == {"authors-differ"}


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000])
def test_bytes_that_are_no_file_are_found(signed_by_two: Bench, data: bytes) -> None:
    signed_by_two.source.change_statement = lambda _: data
    assert signed_by_two.findings() == {"authors-differ"}


def test_a_statement_that_nobody_shows_is_found(bench: Bench) -> None:
    attest(bench, Digest.of(b"signed by nobody"))
    attest(bench, Digest.of(b"stated by somebody else"), Commitment(bytes(32)))
    bench.anchored_twice()
    assert [item.name for item in bench.audit().findings] == ["authors-missing"]


@pytest.mark.parametrize("moved", [False, True])
def test_signatures_that_do_not_hold_are_found_though_the_ledger_attests_them(
    bench: Bench, moved: bool
) -> None:
    """As an operator does who makes up what authors signed, or moves it to another work."""
    first, second = Writer(bench, "Malika"), PasskeyWriter(bench, "Yusuf")
    signed(bench, first, second)
    signed(bench, first, second, work=b"%PDF another")
    [work], [other] = (
        signed_works(bench.library, Digest.of(data)) for data in (WORK, b"%PDF another")
    )
    if moved:
        made = SignedStatement(work.signed.statement, other.signed.signatures)
    else:
        told = replace(work.signed.statement, title="What nobody signed")
        made = SignedStatement(told, work.signed.signatures)
    with bench.store.write() as transaction:
        kept = transaction.authors.attested_as(work.digest.value)
        assert kept is not None
        digest = made.digest.value
        transaction.authors.keep(replace(kept, signed=made.format(), signed_digest=digest))
    attest(bench, made.digest)
    bench.anchored_twice()
    assert sorted(item.name for item in bench.audit().findings) == [
        "authors-missing",
        "authors-signature",
        "authors-signature",
    ]
