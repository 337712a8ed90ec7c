"""Renewing and returning grants, and lending without a registrar under self-service licenses."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain_errors import (
    GrantNotLive,
    LoanTooLong,
    NotSelfService,
    RenewalNotLater,
)
from ledger_service.domain.errors import (
    GrantAlreadyRevoked,
    GrantNotFound,
    NoLiveGrant,
    NoSeatFree,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.chain.settle_job import ENDING_RETRY_SECONDS
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, STEWARD, Bench, Granted, as_reader
from tests.simulators.parts.own_accounts import SERVICE

DIGEST = Digest.of(BOOK)


@pytest.fixture
def one_seat(bench: Bench) -> Bench:
    """Return a library with the book under a self-service license of one seat and two hours."""
    bench.license("Self-service", seats=1, loan=2 * HOUR, self_service=True)
    bench.registered(license_name="Self-service")
    return bench


def lent(bench: Bench, reader: str, seconds: int = HOUR) -> Grant:
    """Return a grant that a reader got without a registrar."""
    until = bench.clock() + seconds
    grant = issue_grant(bench.library, as_reader(reader), digest=DIGEST, reader=reader, until=until)
    bench.settle()
    return bench.held(grant)


def test_a_renewal_is_on_chain_in_the_ledger_and_in_force(granted: Granted) -> None:
    bench, reader, grant = granted
    until = grant.until + HOUR
    assert renew_grant(bench.library, LIBRARIAN, grant.id, until).until == grant.until
    bench.settle()
    assert bench.held(grant).until == until
    assert bench.chain.events_named("GrantRenewed")[0].number("until") == until
    assert [entry.number("until") for entry in bench.entries("grant-renewed")] == [until]
    bench.clock.advance(HOUR + 60)
    bench.chain.mine()
    assert open_resource(bench.library, as_reader(reader), digest=DIGEST)
    bench.settle()
    assert bench.findings() == set()


def test_the_same_renewal_twice_is_one_and_a_later_one_another(granted: Granted) -> None:
    bench, _, grant = granted
    for more in (HOUR, HOUR, 2 * HOUR):
        renew_grant(bench.library, LIBRARIAN, grant.id, grant.until + more)
    bench.settle()
    assert bench.held(grant).until == grant.until + 2 * HOUR
    assert [entry.number("until") for entry in bench.entries("grant-renewed")] == [
        grant.until + HOUR,
        grant.until + 2 * HOUR,
    ]
    assert bench.findings() == set()


def test_a_renewal_keeps_to_the_terms(granted: Granted) -> None:
    bench, reader, grant = granted
    with pytest.raises(RenewalNotLater):
        renew_grant(bench.library, LIBRARIAN, grant.id, grant.until)
    with pytest.raises(LoanTooLong):
        renew_grant(bench.library, LIBRARIAN, grant.id, bench.clock() + 31 * 24 * HOUR)
    with pytest.raises(NotSelfService):
        renew_grant(bench.library, as_reader(reader), grant.id, grant.until + 1)
    with pytest.raises(GrantNotFound):
        renew_grant(bench.library, as_reader(bench.reader()), grant.id, grant.until + 1)


def test_a_grant_that_is_over_or_not_issued_yet_is_not_renewed(bench: Bench) -> None:
    bench.registered()
    grant = bench.grant(DIGEST, bench.reader())
    with pytest.raises(GrantNotLive):
        renew_grant(bench.library, LIBRARIAN, grant.id, grant.until + 1)
    bench.settle()
    bench.clock.advance(HOUR)
    with pytest.raises(GrantNotLive):
        renew_grant(bench.library, LIBRARIAN, grant.id, grant.until + HOUR)


def test_a_renewal_that_comes_too_late_on_chain_changes_nothing(granted: Granted) -> None:
    bench, _, grant = granted
    renew_grant(bench.library, LIBRARIAN, grant.id, grant.until + HOUR)
    bench.clock.advance(2 * HOUR)
    bench.settle()
    assert bench.held(grant).until == grant.until
    assert bench.entries("grant-renewed") == []
    assert bench.findings() == set()


def test_a_return_frees_the_seat_once_the_chain_has_it(one_seat: Bench) -> None:
    reader = one_seat.reader()
    grant = lent(one_seat, reader)
    assert return_grant(one_seat.library, as_reader(reader), grant.id).state is GrantState.RETURNING
    with pytest.raises(NoLiveGrant):
        open_resource(one_seat.library, as_reader(reader), digest=DIGEST)
    with pytest.raises(NoSeatFree):
        one_seat.grant(DIGEST, one_seat.reader())
    one_seat.settle()
    assert one_seat.held(grant).state is GrantState.RETURNED
    assert len(one_seat.entries("grant-returned")) == 1
    again = one_seat.grant(DIGEST, one_seat.reader())
    one_seat.settle()
    assert (again.seat, again.turn) == (0, 2)
    assert one_seat.held(again).state is GrantState.ISSUED
    assert one_seat.findings() == set()


def test_whoever_may_not_end_a_grant_is_not_told_whether_it_is_there(granted: Granted) -> None:
    bench, reader, grant = granted
    auditor = Caller.of_token(Role.AUDITOR, "auditor", STEWARD)
    for name in (grant.id, GrantId(bytes(32))):
        for end, caller in ((return_grant, auditor), (revoke_grant, as_reader(reader))):
            with pytest.raises(RoleNotHeld):
                end(bench.library, caller, name)


def test_a_grant_ends_once(granted: Granted) -> None:
    bench, _, grant = granted
    with pytest.raises(GrantNotFound):
        return_grant(bench.library, as_reader(bench.reader()), grant.id)
    return_grant(bench.library, LIBRARIAN, grant.id)
    for end in (return_grant, revoke_grant):
        with pytest.raises(GrantAlreadyRevoked):
            end(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    assert bench.held(grant).state is GrantState.RETURNED
    assert bench.chain.events_named("GrantRevoked") == []


def test_a_return_is_never_given_up(granted: Granted) -> None:
    bench, _, grant = granted
    steward, now = STEWARD.hex(), bench.clock()
    bench.chain.act(lambda state: state.close_registrar(steward, SERVICE, now))
    return_grant(bench.library, LIBRARIAN, grant.id)
    for _ in range(3):
        bench.worker.round()
        bench.clock.advance(ENDING_RETRY_SECONDS)
    assert bench.held(grant).state is GrantState.RETURNING
    bench.chain.act(lambda state: state.add_service(steward, SERVICE, 0, 2**40))
    bench.settle()
    assert bench.held(grant).state is GrantState.RETURNED


def test_a_reader_helps_themselves_within_the_terms(one_seat: Bench) -> None:
    reader = one_seat.reader()
    grant = lent(one_seat, reader)
    assert grant.state is GrantState.ISSUED
    assert open_resource(one_seat.library, as_reader(reader), digest=DIGEST)
    renew_grant(one_seat.library, as_reader(reader), grant.id, grant.until + 60)
    one_seat.settle()
    assert one_seat.held(grant).until == grant.until + 60
    with pytest.raises(NoSeatFree):
        lent(one_seat, one_seat.reader())
    with pytest.raises(LoanTooLong):
        renew_grant(one_seat.library, as_reader(reader), grant.id, grant.until + 3 * HOUR)
    assert one_seat.findings() == set()


def test_no_reader_helps_themselves_under_another_license(bench: Bench) -> None:
    bench.registered()
    with pytest.raises(NotSelfService):
        lent(bench, bench.reader())


def test_a_service_whose_key_is_closed_lends_nothing(one_seat: Bench) -> None:
    now = one_seat.clock()
    steward = STEWARD.hex()
    one_seat.chain.act(lambda state: state.close_registrar(steward, SERVICE, now))
    reader = one_seat.reader()
    until = one_seat.clock() + HOUR
    grant = issue_grant(
        one_seat.library, as_reader(reader), digest=DIGEST, reader=reader, until=until
    )
    for _ in range(3):
        one_seat.worker.round()
        one_seat.clock.advance(60)
    assert one_seat.held(grant).state is GrantState.ACCEPTED
    assert one_seat.chain.events_named("GrantIssued") == []


def test_a_seat_that_looks_free_but_was_lent_elsewhere_is_passed_over(bench: Bench) -> None:
    bench.license("Two-seats", seats=2, loan=2 * HOUR)
    bench.registered(license_name="Two-seats")
    first = bench.grant(DIGEST, bench.reader())
    bench.settle()
    with bench.store.write() as transaction:  # as if this library's records had been lost
        transaction.grants.set_state(first.id, GrantState.REJECTED, rejection="lost")
    second = bench.grant(DIGEST, bench.reader())
    bench.settle()
    assert (second.seat, bench.held(second).state) == (1, GrantState.ISSUED)


def test_a_grant_that_was_renewed_and_ended_past_the_library_is_so_here(granted: Granted) -> None:
    bench, _, grant = granted
    bench.chain.act(lambda state: state.end_elsewhere(grant.id.hex(), grant.until + 60))
    bench.anchored_twice()
    assert len(bench.entries("grant-renewed")) == len(bench.entries("grant-revoked")) == 1
    assert bench.held(grant).until == grant.until + 60
    assert bench.held(grant).state is GrantState.REVOKED
    assert bench.findings() == set()
