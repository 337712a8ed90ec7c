"""Claims about bytes kept elsewhere: one entry each, many a transaction, each with its own outcome."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import (
    InvalidCid,
    LedgerError,
    NotAuthenticated,
    ResourceAlreadyRegistered,
    RoleNotHeld,
    UnknownLicense,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.resources.registration import Metadata, Registration, RegistrationState
from ledger_service.ports.paging import PageRequest
from ledger_service.services.people.grant_access import issue_token
from ledger_service.services.resources.register_claim import Claim, register_claims
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench

SECONDS = 60


@pytest.fixture
def token(bench: Bench) -> bytes:
    bench.license()
    return secret_digest(
        issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "x", SECONDS)
    )


def claim_of(
    token: bytes, number: int, title: str = "Boburnoma", license_name: str = "CC-BY-4.0"
) -> Claim:
    digest = Digest.of(b"%d" % number)
    metadata = Metadata(title, "application/pdf", 1 + number)
    return Claim(token, digest, ContentId(RAW, digest.value), license_name, metadata)


def registered(bench: Bench, claims: Sequence[Claim]) -> list[Registration | LedgerError]:
    with bench.store.write() as transaction:
        return register_claims(bench.library, transaction, claims)


def test_claims_of_one_batch_are_entries_one_after_the_other(bench: Bench, token: bytes) -> None:
    size = len(bench.entries())
    claims = [claim_of(token, number) for number in range(300)]
    found = registered(bench, claims)
    entries = bench.entries()[size:]
    assert [item.accepted_entry for item in found] == list(range(size, size + 300))
    for claim, item, entry in zip(claims, found, entries, strict=True):
        assert isinstance(item, Registration)
        assert (entry.kind, dict(entry.facts)) == ("accepted", item.claim())
        assert (item.digest, item.cid, item.metadata) == (claim.digest, claim.cid, claim.metadata)
    with bench.store.read() as transaction:
        assert transaction.registrations.page(PageRequest(limit=400)).items == found
        assert transaction.jobs.count_by_state() == {"queued": 1}  # the license's


def test_the_same_claim_again_is_the_same_entry(bench: Bench, token: bytes) -> None:
    one = claim_of(token, 1)
    first, second = registered(bench, [one, one])
    assert first == second == registered(bench, [one])[0]
    assert len(bench.entries("accepted")) == 1


def test_each_refusal_is_its_own_and_the_others_stand(bench: Bench, token: bytes) -> None:
    subject = bench.reader()
    secret = issue_token(bench.store, bench.clock, LIBRARIAN, Role.READER, subject, SECONDS)
    reader = secret_digest(secret)
    registered(bench, [claim_of(token, 1)])
    outcomes = registered(
        bench,
        [
            claim_of(b"unknown", 2),
            claim_of(reader, 3),
            claim_of(token, 4, license_name="none"),
            claim_of(token, 1, title="Another title"),
            claim_of(token, 5),
            claim_of(token, 5, title="Another title"),
        ],
    )
    errors = [NotAuthenticated, RoleNotHeld, UnknownLicense, ResourceAlreadyRegistered]
    assert [type(item) for item in outcomes] == [*errors, Registration, ResourceAlreadyRegistered]
    assert len(bench.entries("accepted")) == 2


def test_a_token_whose_time_is_over_registers_nothing(bench: Bench, token: bytes) -> None:
    bench.clock.advance(SECONDS)
    [outcome] = registered(bench, [claim_of(token, 1)])
    assert isinstance(outcome, NotAuthenticated)
    assert bench.entries("accepted") == []


def test_a_claim_that_the_chain_rejected_may_be_made_again(bench: Bench, token: bytes) -> None:
    one = claim_of(token, 1)
    [first] = registered(bench, [one])
    assert isinstance(first, Registration)
    with bench.store.write() as transaction:
        transaction.registrations.set_state(
            one.digest, bench.library.steward, RegistrationState.REJECTED, rejection="no"
        )
    fresh, again = registered(bench, [claim_of(token, 2), one])
    assert isinstance(fresh, Registration)
    assert isinstance(again, Registration)
    assert again.accepted_entry == fresh.accepted_entry + 1 == first.accepted_entry + 2
    assert (again.state, again.rejection) == (RegistrationState.ACCEPTED, None)


def test_a_raw_cid_of_other_bytes_is_refused(token: bytes) -> None:
    one = claim_of(token, 1)
    with pytest.raises(InvalidCid):
        Claim(token, one.digest, ContentId(RAW, bytes(32)), one.license, one.metadata)
    Claim(token, one.digest, ContentId(DAG_PB, bytes(32)), one.license, one.metadata)
