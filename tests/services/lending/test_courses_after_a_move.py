"""Courses of a library that joins a consortium: they go on until their end, and each member claims once."""

from __future__ import annotations

from ledger_service.domain.lending.cohort import Cohort, CohortState
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.services.lending.cohorts.claim_grant import claim_grant
from ledger_service.services.lending.cohorts.close_cohort import close_cohort
from ledger_service.services.lending.cohorts.find_cohorts import show_cohort
from tests.services.lending.test_cohorts import CARDS, DIGEST, granted, reader_of
from tests.simulators.bench import HOUR, LIBRARIAN, Bench, as_reader
from tests.simulators.parts.moved import Moved


def state_of(bench: Bench, cohort: Cohort) -> CohortState:
    return show_cohort(bench.library, LIBRARIAN, cohort.name).cohort.state


def claimed(bench: Bench, card: str) -> Grant:
    grant = claim_grant(bench.library, as_reader(reader_of(bench, card)), DIGEST)
    assert grant is not None
    return grant


def test_a_course_of_which_nobody_claimed_goes_on(bench: Bench) -> None:
    cohort = granted(bench)
    moved = Moved(bench)
    bench.settle()
    assert state_of(bench, cohort) is CohortState.OPEN
    assert moved.carried() == []
    grant = claimed(bench, CARDS[0])
    bench.settle()
    assert bench.held(grant).state is GrantState.ISSUED
    assert moved.findings() == set()


def test_what_a_member_had_claimed_goes_on_and_is_not_claimed_again(bench: Bench) -> None:
    cohort = granted(bench)
    before = claimed(bench, CARDS[0])
    bench.settle()
    moved = Moved(bench)
    bench.settle()
    assert bench.held(before).state is not GrantState.ISSUED
    again = claimed(bench, CARDS[0])
    assert again.id != before.id
    assert (again.state, again.until) == (GrantState.ISSUED, before.until)
    other = claimed(bench, CARDS[1])
    bench.settle()
    assert bench.held(other).state is GrantState.ISSUED
    assert bench.held(other).seat != again.seat
    assert len(bench.chain.events_named("CohortClaimed")) == 1
    assert state_of(bench, cohort) is CohortState.OPEN
    assert moved.findings() == set()


def test_a_course_that_was_over_or_closed_is_not_carried(bench: Bench) -> None:
    cohort = granted(bench, hours=1)
    bench.clock.advance(2 * HOUR)
    assert Moved(bench).carried() == []
    bench.settle()
    assert bench.chain.events_named("CohortGranted") == []
    assert state_of(bench, cohort) is not CohortState.GRANTING


def test_a_course_is_closed_after_the_move(bench: Bench) -> None:
    cohort = granted(bench)
    moved = Moved(bench)
    bench.settle()
    close_cohort(bench.library, LIBRARIAN, cohort.name)
    bench.settle()
    assert state_of(bench, cohort) is CohortState.CLOSED
    assert len(bench.chain.events_named("CohortClosed")) == 1
    assert moved.findings() == set()
