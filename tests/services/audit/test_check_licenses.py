"""An auditor counts how often each resource was lent, and compares that with what licenses commit to."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.services.resources.define_license import define_license
from tests.simulators.bench import HOUR, LIBRARIAN, Bench

TERMS = LicenseTerms("https://licenses.example.uz/bought", 5, 30 * 86_400, False)


@pytest.fixture
def lent(bench: Bench) -> Bench:
    """Return a library that has lent a book twice, as often as its license lets it be."""
    define_license(bench.library, LIBRARIAN, "bought", TERMS, 2)
    bench.settle()
    digest = bench.registered(license_name="bought").digest
    for _ in range(2):
        bench.grant(digest, bench.reader(), HOUR)
    bench.anchored_twice()
    return bench


def test_as_many_loans_as_the_license_lets_there_be_are_no_finding(lent: Bench) -> None:
    assert lent.findings() == set()


def test_a_loan_more_is_found_whoever_let_it_be(
    lent: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ledger_service.services.lending.take_seat.check_checkouts", lambda *_: None
    )
    lent.grant(lent.registration().digest, lent.reader(), HOUR)
    lent.anchored_twice()
    [found] = lent.audit().findings
    assert found.name == "too-many-loans"
    assert (found.reason.values["count"], found.reason.values["most"]) == (3, 2)


@pytest.mark.parametrize("told", [None, 3, 0, -1, "2", True])
def test_a_service_that_tells_another_number_is_found(lent: Bench, told: object) -> None:
    def change(license_row: dict[str, Any]) -> dict[str, Any]:
        is_it = license_row["name"] == "bought"
        return {**license_row, "checkouts": told} if is_it else license_row

    lent.source.change_licenses = change
    assert lent.findings() == {"license-differs"}
