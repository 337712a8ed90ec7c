"""A license that lets each resource be lent so often in all is kept to, whatever became of the loans."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import InvalidLicenseTerms, LicenseNameTaken, NoCheckoutLeft
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.resources.license import LicenseTerms, policy_digest
from ledger_service.domain.resources.policies.odrl import odrl_digest
from ledger_service.ports.resources import License
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.find_resources import show_license
from tests.simulators.bench import HOUR, LIBRARIAN, Bench

TERMS = LicenseTerms("https://licenses.example.uz/bought", 5, 30 * 86_400, False)


def defined(bench: Bench, checkouts: int | None, name: str = "bought") -> License:
    found = define_license(bench.library, LIBRARIAN, name, TERMS, checkouts)
    bench.settle()
    return found


def test_a_resource_is_lent_as_often_as_its_license_lets_it_be(bench: Bench) -> None:
    defined(bench, 3)
    digest = bench.registered(license_name="bought").digest
    returned, revoked, ended = (bench.grant(digest, bench.reader(), HOUR) for _ in range(3))
    bench.settle()
    renew_grant(bench.library, LIBRARIAN, ended.id, ended.until + 60)
    return_grant(bench.library, LIBRARIAN, returned.id)
    revoke_grant(bench.library, LIBRARIAN, revoked.id)
    bench.settle()
    bench.clock.advance(2 * HOUR)
    with pytest.raises(NoCheckoutLeft) as refused:
        bench.grant(digest, bench.reader(), HOUR)
    assert refused.value.reason.values == {"checkouts": 3, "license": "bought"}
    other = bench.registered(b"another book", license_name="bought").digest
    assert bench.grant(other, bench.reader(), HOUR).state is GrantState.ACCEPTED


def test_the_last_loan_is_given_to_its_reader_again_while_it_stands(bench: Bench) -> None:
    defined(bench, 1)
    digest, reader = bench.registered(license_name="bought").digest, bench.reader()
    grant = bench.grant(digest, reader, HOUR)
    assert bench.grant(digest, reader, 2 * HOUR).id == grant.id
    with pytest.raises(NoCheckoutLeft):
        bench.grant(digest, bench.reader(), HOUR)


def test_the_id_of_a_license_commits_to_the_number(bench: Bench) -> None:
    row = defined(bench, 26)
    assert row.terms.policy_digest == odrl_digest(TERMS, 26)
    assert policy_digest(26).hex().startswith("1452d98d7659f1db")  # by which licenses did before
    assert show_license(bench.library, "bought") == License(
        row.id, "bought", row.terms, "defined", 26
    )
    for other in (25, None):
        with pytest.raises(LicenseNameTaken):
            defined(bench, other)
    assert defined(bench, None, "for-ever").id != row.id
    for number in (0, -1, 2**53):
        with pytest.raises(InvalidLicenseTerms):
            defined(bench, number, "odd")
