"""A clock that is not the chain's: the operator is told, and nothing acknowledged is given up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.chain.job import LONGEST_WAIT_SECONDS
from ledger_service.domain.chain_errors import LoanTooLong, RegistrarNotLive
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.reasons import Reason
from ledger_service.services.chain.compare_clocks import CLOCK_TOLERANCE_SECONDS
from ledger_service.services.chain.heed_worker import SECONDS_BETWEEN_ROUNDS_TOLD, tell_round
from ledger_service.services.chain.run_jobs import (
    ACCOUNT_RETRY_SECONDS,
    CLOCK_RETRY_SECONDS,
    MOST_ATTEMPTS,
)
from ledger_service.services.library import Library
from reading_room.overview.verbs import library_status
from tests.simulators.bench import HOUR, Bench

AHEAD = 2 * HOUR


def not_live() -> None:
    raise RegistrarNotLive("on-chain", values="")


def told_of_clock(library: Library) -> list[Reason]:
    """Return what the status says of the clock once a round has been told."""
    tell_round(library)
    warnings = library_status(library).warnings(library.clock(), library.limits)
    return [reason for reason in warnings if reason.name.startswith("clock-")]


def with_clock_ahead(bench: Bench, seconds: int = AHEAD) -> Library:
    """Return the library on a machine whose clock is ahead of the chain's time."""
    return replace(bench.library, clock=lambda: bench.clock() + seconds)


def test_a_registration_waits_while_the_clock_is_behind(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    bench.clock.advance(-2 * HOUR)
    assert told_of_clock(bench.library) == [Reason("clock-behind", {"seconds": 2 * HOUR})]
    bench.clock.advance(2 * HOUR - 61)
    bench.chain.interrupt["prepare"] = not_live
    bench.worker.round()
    assert bench.registration().state == "accepted"
    bench.clock.advance(61)
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    assert told_of_clock(bench.library) == []
    bench.settle()
    assert bench.registration().state == "registered"
    assert bench.findings() == set()


def test_with_a_clock_that_is_right_the_same_refusal_waits_for_an_account(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    bench.chain.interrupt["prepare"] = not_live
    bench.worker.round()
    with bench.store.read() as transaction:
        now = transaction.jobs.queued(bench.clock(), 9)
        later = transaction.jobs.queued(bench.clock() + ACCOUNT_RETRY_SECONDS, 9)
    [job] = [job for job in later if job not in now]
    assert "no-live-account.registrar" in (job.error or "")
    assert job.attempts == 0
    bench.settle()
    assert bench.registration().state == "registered"


def test_a_job_queued_by_a_clock_that_was_ahead_does_not_wait_until_then(bench: Bench) -> None:
    bench.register()
    with bench.store.write() as transaction:
        jobs = transaction.jobs.queued(bench.clock(), 10)
        for job in jobs:
            transaction.jobs.set_queued(job.id, bench.clock() + 24 * HOUR, "by a clock ahead")
        assert transaction.jobs.queued(bench.clock(), 10) == [
            transaction.jobs.find(job.name) for job in jobs
        ]
        transaction.jobs.set_queued(jobs[0].id, bench.clock() + LONGEST_WAIT_SECONDS, "for a while")
        assert len(transaction.jobs.queued(bench.clock(), 10)) == len(jobs) - 1


def test_a_clock_ahead_is_told_once_a_block_has_come_since_the_last_look(bench: Bench) -> None:
    library = with_clock_ahead(bench)
    assert told_of_clock(library) == []
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    assert told_of_clock(library) == []  # the chain may only stand still
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    bench.chain.mine()
    [warning] = told_of_clock(library)
    assert warning.name == "clock-ahead"
    assert AHEAD - CLOCK_TOLERANCE_SECONDS <= int(str(warning.values["seconds"])) <= AHEAD
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    assert told_of_clock(library) == [warning]  # no block has shown otherwise


@pytest.mark.parametrize("rested", [0, 30 * HOUR])
def test_a_clock_that_is_right_is_never_told_to_be_ahead(bench: Bench, rested: int) -> None:
    assert told_of_clock(bench.library) == []
    bench.clock.advance(rested)  # nobody looks, and no block is made
    assert told_of_clock(bench.library) == []
    bench.chain.mine()
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    assert told_of_clock(bench.library) == []


def test_a_clock_that_was_set_right_is_told_no_more(bench: Bench) -> None:
    library = with_clock_ahead(bench)
    told_of_clock(library)
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    bench.chain.mine()
    assert told_of_clock(library) != []
    for _ in range(2):
        bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
        told_of_clock(bench.library)
        bench.chain.mine()
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD)
    assert told_of_clock(bench.library) == []


def test_a_loan_that_ends_too_late_by_the_chains_time_waits_for_that_time(bench: Bench) -> None:
    digest = bench.registered().digest
    grant = bench.grant(digest, bench.reader())

    def too_long() -> None:
        bench.chain.interrupt["prepare"] = too_long
        raise LoanTooLong("on-chain", values="")

    bench.chain.interrupt["prepare"] = too_long
    for _ in range(MOST_ATTEMPTS + 2):
        bench.worker.round()
        bench.clock.advance(CLOCK_RETRY_SECONDS)
    assert bench.held(grant).state is GrantState.ACCEPTED
    bench.chain.interrupt.clear()
    bench.settle()
    assert bench.held(grant).state is GrantState.ISSUED
