"""Licenses, grants and tokens: what is checked early, and what the chain then holds."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain_errors import GrantEndsInPast, LoanTooLong
from ledger_service.domain.errors import (
    ContentNotFound,
    GrantAlreadyRevoked,
    GrantHeld,
    GrantNotFound,
    InvalidLicenseTerms,
    LicenseNameTaken,
    NoLiveGrant,
    NoSeatFree,
    ResourceNotFound,
    ResourceNotYetRegistered,
    TransactionRejected,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GrantState, Scope
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.services.chain.settle_job import ENDING_RETRY_SECONDS, record_rejection
from ledger_service.services.lending.change_grant import return_grant, revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.define_license import define_license
from ledger_service.setup import EFFECTS
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, STEWARD, Bench, as_reader
from tests.simulators.parts.own_accounts import REGISTRAR

DIGEST = Digest.of(BOOK)


def two_seats(bench: Bench) -> None:
    """Register the book under a license of two seats."""
    bench.license("Two-seats", seats=2, loan=2 * HOUR)
    bench.registered(license_name="Two-seats")


def test_a_license_becomes_defined_and_has_an_entry(bench: Bench) -> None:
    row = bench.license()
    bench.settle()
    with bench.store.read() as transaction:
        assert transaction.licenses.find(row.id).state == "defined"  # type: ignore[union-attr]
    assert [entry.text("license") for entry in bench.entries("license")] == [row.id.hex()]


def test_the_same_license_twice_is_one(bench: Bench) -> None:
    assert bench.license("House", 3) == bench.license("House", 3)
    bench.settle()
    assert len(bench.chain.events_named("LicenseDefined")) == 1


def test_a_license_that_the_chain_refused_is_put_to_it_again(bench: Bench) -> None:
    row = bench.license("House", 3)
    with bench.store.write() as transaction:
        job = transaction.jobs.queued(bench.clock(), 1)[0]
        record_rejection(
            EFFECTS, transaction, job, TransactionRejected("too-much-gas"), bench.clock()
        )
    assert bench.license("House", 3).state == "rejected"  # once a second
    bench.clock.advance(1)
    assert bench.license("House", 3) == row
    bench.settle()
    with bench.store.read() as transaction:
        assert transaction.licenses.find(row.id).state == "defined"  # type: ignore[union-attr]
    assert len(bench.entries("license")) == 1


def test_a_name_stands_for_its_terms_and_terms_for_their_name(bench: Bench) -> None:
    bench.license("House", 3)
    with pytest.raises(LicenseNameTaken):
        bench.license("House", 4)
    same_terms = LicenseTerms("https://licenses.example.uz/House", 3, 30 * 86_400, False)
    with pytest.raises(LicenseNameTaken):
        define_license(bench.library, LIBRARIAN, "Home", same_terms)


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 64, "a/b", "ʻ", "a\n"])
def test_a_license_has_a_plain_name(bench: Bench, name: str) -> None:
    with pytest.raises(InvalidLicenseTerms):
        bench.license(name)


def test_a_grant_is_issued_with_a_commitment_in_place_of_a_name(bench: Bench) -> None:
    reader = bench.reader()
    grant = bench.granted(reader)
    assert grant.state is GrantState.ISSUED
    event = bench.chain.events_named("GrantIssued")[0]
    assert event.text("grantee") == grant.grantee.hex()
    whole_chain = str([item for mined in bench.chain.blocks for item in mined.events])
    assert reader not in whole_chain
    assert grant.pseudonym.hex() not in whole_chain
    assert [entry.text("grant") for entry in bench.entries("grant-issued")] == [grant.id.hex()]


def test_no_grant_before_the_resource_is_registered(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        bench.grant(DIGEST, bench.reader())
    bench.register()
    with pytest.raises(ResourceNotYetRegistered):
        bench.grant(DIGEST, bench.reader())


def test_no_grant_for_a_rejected_registration(bench: Bench) -> None:
    bench.chain.act(lambda state: state.suspend(STEWARD.hex()))
    bench.registered()
    with pytest.raises(ResourceNotFound):
        bench.grant(DIGEST, bench.reader())


def test_no_grant_for_nobody(bench: Bench) -> None:
    bench.registered()
    with pytest.raises(UnknownReader):
        bench.grant(DIGEST, "nobody")


def test_a_grant_lies_within_the_longest_loan(bench: Bench) -> None:
    two_seats(bench)
    reader = bench.reader()
    with pytest.raises(LoanTooLong):
        bench.grant(DIGEST, reader, 2 * HOUR + 1)
    for seconds in (0, -1):
        with pytest.raises(GrantEndsInPast):
            bench.grant(DIGEST, reader, seconds)
    assert bench.grant(DIGEST, reader, 2 * HOUR).until == bench.clock() + 2 * HOUR


def test_there_are_no_more_live_grants_than_seats(bench: Bench) -> None:
    two_seats(bench)
    grants = [bench.grant(DIGEST, bench.reader()) for _ in range(2)]
    assert [grant.seat for grant in grants] == [0, 1]
    with pytest.raises(NoSeatFree):
        bench.grant(DIGEST, bench.reader())
    bench.settle()
    with pytest.raises(NoSeatFree):
        bench.grant(DIGEST, bench.reader())


def test_a_seat_is_free_again_when_its_grant_ends(bench: Bench) -> None:
    two_seats(bench)
    for seconds in (HOUR, 2 * HOUR):
        bench.grant(DIGEST, bench.reader(), seconds)
    bench.settle()
    bench.clock.advance(HOUR)
    again = bench.grant(DIGEST, bench.reader())
    bench.settle()
    assert again.seat == 0
    assert bench.held(again).state is GrantState.ISSUED


def test_a_seat_is_free_again_once_its_grant_is_revoked_on_chain(bench: Bench) -> None:
    two_seats(bench)
    grants = [bench.grant(DIGEST, bench.reader()) for _ in range(2)]
    bench.settle()
    revoke_grant(bench.library, LIBRARIAN, grants[1].id)
    with pytest.raises(NoSeatFree):
        bench.grant(DIGEST, bench.reader())
    bench.settle()
    again = bench.grant(DIGEST, bench.reader())
    bench.settle()
    assert (again.seat, bench.held(again).state) == (1, GrantState.ISSUED)


def test_asking_twice_on_the_same_terms_gives_the_same_grant(bench: Bench) -> None:
    two_seats(bench)
    reader = bench.reader()
    first = bench.grant(DIGEST, reader)
    assert bench.grant(DIGEST, reader) == first
    bench.settle()
    assert bench.grant(DIGEST, reader, first.until - bench.clock()).id == first.id
    with pytest.raises(GrantHeld, match=str(first.id)):
        bench.grant(DIGEST, reader, scopes=Scope.READ | Scope.PRINT)
    return_grant(bench.library, as_reader(reader), first.id)
    assert bench.grant(DIGEST, reader, scopes=Scope.READ | Scope.PRINT).id != first.id


def test_nothing_is_granted_that_the_library_does_not_keep(bench: Bench) -> None:
    bench.registered()
    bench.forget_content()
    with pytest.raises(ContentNotFound, match="kept-elsewhere"):
        bench.grant(DIGEST, bench.reader())


def test_one_reader_does_not_take_every_seat_by_asking_for_another_end(bench: Bench) -> None:
    two_seats(bench)
    reader = bench.reader()
    first = bench.grant(DIGEST, reader)
    assert bench.grant(DIGEST, reader, 2 * HOUR).id == first.id
    bench.settle()
    bench.clock.advance(1)
    assert bench.grant(DIGEST, reader).id == first.id
    assert bench.grant(DIGEST, bench.reader()).seat == 1


def test_a_grant_that_has_ended_is_not_the_answer(bench: Bench) -> None:
    two_seats(bench)
    reader = bench.reader()
    first = bench.grant(DIGEST, reader)
    bench.settle()
    bench.clock.advance(HOUR)
    assert bench.grant(DIGEST, reader).id != first.id


def test_a_grant_that_the_chain_refuses_is_rejected_with_the_reason(bench: Bench) -> None:
    bench.registered()
    grant = bench.grant(DIGEST, bench.reader(), scopes=Scope(0))
    bench.settle()
    assert bench.held(grant).state is GrantState.REJECTED
    assert bench.held(grant).rejection
    with pytest.raises(GrantAlreadyRevoked):
        revoke_grant(bench.library, LIBRARIAN, grant.id)


def test_a_grant_that_was_never_issued_frees_its_seat(bench: Bench) -> None:
    two_seats(bench)
    bench.chain.act(lambda state: state.suspend(STEWARD.hex()))
    grant = bench.grant(DIGEST, bench.reader())
    bench.settle()
    assert bench.held(grant).state is GrantState.REJECTED
    bench.chain.act(lambda state: state.reinstate(STEWARD.hex()))
    assert bench.grant(DIGEST, bench.reader()).seat == 0


def test_a_revocation_is_on_chain_and_in_the_ledger(bench: Bench) -> None:
    grant = bench.granted()
    assert revoke_grant(bench.library, LIBRARIAN, grant.id).state is GrantState.REVOKING
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert len(bench.chain.events_named("GrantRevoked")) == 1
    assert len(bench.entries("grant-revoked")) == 1
    with pytest.raises(GrantAlreadyRevoked):
        revoke_grant(bench.library, LIBRARIAN, grant.id)


def test_no_revocation_of_an_unknown_grant(bench: Bench) -> None:
    with pytest.raises(GrantNotFound):
        revoke_grant(bench.library, LIBRARIAN, GrantId(b"\x09" * 32))


def test_a_grant_revoked_before_it_was_issued_ends_revoked_on_chain(bench: Bench) -> None:
    bench.registered()
    reader = bench.reader()
    grant = bench.grant(DIGEST, reader)
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert len(bench.chain.events_named("GrantRevoked")) == 1
    with pytest.raises(NoLiveGrant):
        open_resource(bench.library, as_reader(reader), digest=DIGEST)


def test_a_revocation_waits_for_a_grant_that_is_not_in_a_block_yet(bench: Bench) -> None:
    bench.registered()
    grant = bench.grant(DIGEST, bench.reader())
    bench.chain.mines = False
    bench.worker.round()
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.worker.round()
    bench.chain.mines = True
    bench.chain.mine()
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert len(bench.chain.events_named("GrantRevoked")) == 1


def test_a_revocation_of_a_grant_that_the_chain_refused_comes_to_an_end(bench: Bench) -> None:
    bench.registered()
    grant = bench.grant(DIGEST, bench.reader(), scopes=Scope(0))
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    assert bench.held(grant).state is GrantState.REJECTED
    assert bench.chain.events_named("GrantIssued") == []


def test_a_revocation_is_never_given_up(bench: Bench) -> None:
    grant = bench.granted()
    now, steward = bench.clock(), STEWARD.hex()
    bench.chain.act(lambda state: state.close_registrar(steward, REGISTRAR, now))
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    for _ in range(5):
        bench.worker.round()
        bench.clock.advance(ENDING_RETRY_SECONDS)
    assert bench.held(grant).state is GrantState.REVOKING
    bench.chain.act(lambda state: state.add_registrar(steward, REGISTRAR, 0, 2**40))
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert len(bench.chain.events_named("GrantRevoked")) == 1
