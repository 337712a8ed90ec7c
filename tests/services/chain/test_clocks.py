"""A clock that is behind the chain: the operator is told, and nothing acknowledged is given up."""

from __future__ import annotations

from ledger_service.domain.chain.job import LONGEST_WAIT_SECONDS
from ledger_service.domain.chain_errors import RegistrarNotLive
from ledger_service.services.chain.compare_clocks import clock_warnings
from tests.simulators.bench import HOUR, Bench


def not_live() -> None:
    raise RegistrarNotLive("on-chain", values="")


def test_a_registration_waits_while_the_clock_is_behind(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    bench.clock.advance(-2 * HOUR)
    [warning] = clock_warnings(bench.library)
    assert (warning.name, warning.values) == ("clock-behind", {"seconds": 2 * HOUR})
    bench.clock.advance(2 * HOUR - 61)
    bench.chain.interrupt["prepare"] = not_live
    bench.worker.round()
    assert bench.registration().state == "accepted"
    bench.clock.advance(61)
    assert clock_warnings(bench.library) == []
    bench.settle()
    assert bench.registration().state == "registered"
    assert bench.findings() == set()


def test_with_a_clock_that_is_right_the_same_refusal_is_final(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    bench.chain.interrupt["prepare"] = not_live
    bench.worker.round()
    assert bench.registration().state == "rejected"


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
