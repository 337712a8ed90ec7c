"""Cohorts when the chain forks, answers are lost, workers are killed, and others do what we would have."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant, CloseCohort
from ledger_service.domain.chain.cohorts.cohort_tree import proof_of_member
from ledger_service.domain.lending.cohort import Cohort, CohortState
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.services.lending.cohorts.claim_grant import claim_grant
from ledger_service.services.lending.cohorts.close_cohort import close_cohort, let_reader_leave
from ledger_service.services.lending.cohorts.find_cohorts import show_cohort
from ledger_service.services.lending.cohorts.grant_cohort import grant_cohort
from tests.services.lending.test_cohorts import CARDS, DIGEST, closed_book, granted, reader_of, seen
from tests.simulators.bench import (
    HOUR,
    LIBRARIAN,
    Bench,
    StoreThatStops,
    WorkerKilled,
    as_reader,
)
from tests.simulators.parts import cohorts
from tests.simulators.parts.own_accounts import REGISTRAR


def claim_of(bench: Bench, cohort: Cohort, reader: str, seat: int) -> ClaimGrant:
    """Return the claim of a member as somebody else would send it."""
    assert cohort.stated is not None
    with bench.store.read() as transaction:
        member = transaction.cohorts.member(cohort.name, reader)
        grantees = transaction.cohorts.grantees(cohort.name)
    assert member is not None
    proof = proof_of_member(grantees, member.index)
    return ClaimGrant(
        **vars(cohort.stated),
        seat=seat,
        turn=1,
        grantee=member.grantee,
        index=member.index,
        hashes=proof,
    )


def state_of(bench: Bench, cohort: Cohort) -> CohortState:
    return show_cohort(bench.library, LIBRARIAN, cohort.name).cohort.state


def claimed(bench: Bench, card: str = CARDS[0]) -> Grant:
    grant = claim_grant(bench.library, as_reader(reader_of(bench, card)), DIGEST)
    assert grant is not None
    return grant


@pytest.mark.parametrize("forgets", [True, False])
def test_a_fork_takes_a_claim_back_and_it_is_sent_again(bench: Bench, forgets: bool) -> None:
    cohort = granted(bench)
    grant = claimed(bench)
    bench.settle()
    bench.chain.reorganize(3, forgets=forgets)
    bench.settle()
    assert bench.held(grant).state is GrantState.ISSUED
    assert state_of(bench, cohort) is CohortState.OPEN
    assert len(bench.chain.events_named("CohortClaimed")) == 1
    assert bench.findings() == set()


def test_a_fork_takes_a_course_and_its_end_back(bench: Bench) -> None:
    cohort = granted(bench)
    bench.chain.mines = False
    depth = bench.chain.head().number - bench.chain.events_named("CohortGranted")[0].block + 1
    bench.chain.reorganize(depth, forgets=True)
    bench.worker.round()
    assert state_of(bench, cohort) is CohortState.GRANTING
    bench.chain.mines = True
    bench.settle()
    assert state_of(bench, cohort) is CohortState.OPEN
    close_cohort(bench.library, LIBRARIAN, cohort.name)
    bench.settle()
    bench.chain.reorganize(2, forgets=True)
    bench.settle()
    assert state_of(bench, cohort) is CohortState.CLOSED
    assert bench.findings() == set()


def test_answers_that_are_lost_change_nothing(bench: Bench) -> None:
    closed_book(bench)
    bench.chain.replies_swallowed = 1
    cohort = grant_cohort(bench.library, LIBRARIAN, seen(bench).cohort.name)
    settle_stubbornly(bench)
    bench.chain.replies_swallowed = 1
    grant = claimed(bench)
    settle_stubbornly(bench)
    assert bench.held(grant).state is GrantState.ISSUED
    assert state_of(bench, cohort) is CohortState.OPEN
    for name in ("CohortGranted", "CohortClaimed"):
        assert len(bench.chain.events_named(name)) == 1
    assert bench.findings() == set()


def settle_stubbornly(bench: Bench) -> None:
    """Settle, whatever the first rounds meet."""
    for _ in range(3):
        try:
            bench.settle()
        except Exception:
            bench.clock.advance(5)
    bench.settle()


def test_a_claim_that_another_sent_is_taken_in(bench: Bench) -> None:
    cohort = granted(bench)
    name = reader_of(bench, CARDS[0])
    claim = claim_of(bench, cohort, name, seat=2)
    bench.chain.act(lambda state: cohorts.claim(state, claim))
    bench.settle()
    held = claim_grant(bench.library, as_reader(name), DIGEST)
    assert held is not None
    assert (held.id, held.seat, held.state) == (claim.grant, 2, GrantState.ISSUED)
    assert [entry.text("grant") for entry in bench.entries("grant-issued")] == [held.id.hex()]
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts.claimed == 1
    assert bench.findings() == set()


def test_two_claims_of_one_member_end_with_the_one_that_the_chain_took(bench: Bench) -> None:
    cohort = granted(bench)
    name = reader_of(bench, CARDS[0])
    claim = claim_of(bench, cohort, name, seat=2)
    ours = claimed(bench)
    bench.chain.act(lambda state: cohorts.claim(state, claim))
    bench.settle()
    assert bench.held(ours).state is GrantState.REJECTED
    held = claim_grant(bench.library, as_reader(name), DIGEST)
    assert held is not None
    assert held.id == claim.grant
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts.claimed == 1
    assert bench.findings() == set()


def test_a_claim_that_the_chain_refused_may_be_made_again(bench: Bench) -> None:
    cohort = granted(bench)
    taken = claim_of(bench, cohort, reader_of(bench, CARDS[1]), seat=0)
    ours = claimed(bench)
    bench.chain.act(lambda state: cohorts.claim(state, taken))
    bench.settle()
    assert bench.held(ours).state is GrantState.REJECTED
    again = claimed(bench)
    assert again.seat == 1
    bench.settle()
    assert bench.held(again).state is GrantState.ISSUED
    assert bench.findings() == set()


def test_a_course_that_another_closed_is_closed_here_once_we_close_it(bench: Bench) -> None:
    cohort = granted(bench)
    assert cohort.stated is not None
    closing = CloseCohort.of(cohort.stated)
    bench.chain.act(lambda state: cohorts.close_cohort(state, closing, REGISTRAR))
    bench.settle()
    refused = claimed(bench)
    bench.settle()
    assert bench.held(refused).state is GrantState.REJECTED
    close_cohort(bench.library, LIBRARIAN, cohort.name)
    bench.settle()
    assert state_of(bench, cohort) is CohortState.CLOSED
    assert len(bench.chain.events_named("CohortClosed")) == 1


def test_who_leaves_while_the_claim_is_on_its_way_is_closed_out(bench: Bench) -> None:
    cohort = granted(bench)
    grant = claimed(bench)
    let_reader_leave(bench.library, LIBRARIAN, cohort.name, grant.reader)
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert bench.findings() == set()


def test_a_course_that_the_chain_refuses_tells_why(bench: Bench) -> None:
    closed_book(bench)
    cohort = grant_cohort(bench.library, LIBRARIAN, seen(bench, hours=1).cohort.name)
    bench.clock.advance(HOUR)
    bench.settle()
    found = show_cohort(bench.library, LIBRARIAN, cohort.name).cohort
    assert found.state is CohortState.REJECTED
    assert found.rejection is not None
    assert "grant-ends-in-past" in found.rejection


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_worker_killed_at_any_commit_loses_and_doubles_nothing(
    bench: Bench, at: int, committed: bool
) -> None:
    closed_book(bench)
    cohort = grant_cohort(bench.library, LIBRARIAN, seen(bench).cohort.name)
    kill(bench, at, committed=committed)
    bench.settle()
    grant = claimed(bench)
    kill(bench, at, committed=committed)
    bench.settle()
    assert state_of(bench, cohort) is CohortState.OPEN
    assert bench.held(grant).state is GrantState.ISSUED
    for name in ("CohortGranted", "CohortClaimed", "GrantIssued"):
        assert len(bench.chain.events_named(name)) == 1
    assert len(bench.entries("grant-issued")) == 1
    assert bench.findings() == set()


def kill(bench: Bench, at: int, *, committed: bool) -> None:
    """Let a worker be killed at its n-th commit."""
    dying = bench.another_worker(StoreThatStops(bench.store, at, committed=committed))
    with pytest.raises(WorkerKilled):
        for _ in range(50):
            dying.round()
            bench.clock.advance(1)
            bench.chain.mine()
    bench.clock.advance(60)  # its lease ends
