"""The worker against a chain that fails: nothing lost, nothing doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ledger_service.domain.chain.job import JobName
from ledger_service.domain.chain_errors import SeatTaken
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable, DeploymentMismatch
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.ports.chain import LeaseKind
from ledger_service.services.chain import run_jobs
from ledger_service.services.limits import Limits
from ledger_service.worker import LEASE_NAME
from tests.simulators.bench import (
    BOOK,
    HOUR,
    STEWARD,
    Bench,
    StoreThatStops,
    WorkerKilled,
)
from tests.simulators.chain import ChainSimulator
from tests.simulators.contract_values import Seat, Terms

DIGEST = Digest.of(BOOK)
LEASE_SECONDS = Limits().lease_seconds


class StopAfter(threading.Event):
    """Ends a worker's run after so many waits; no wait takes time."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.waited: list[float] = []
        self._left = waits

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        self._left -= 1
        if self._left <= 0:
            self.set()
        return self.is_set()


def assert_exactly_once(bench: Bench) -> None:
    """Fail unless the book was registered once, is told once, and all of it agrees."""
    assert bench.registration().state is RegistrationState.REGISTERED
    assert len(bench.chain.events_named("ResourceRegistered")) == 1
    assert len(bench.chain.events_named("LicenseDefined")) == 1
    kinds = [entry.kind for entry in bench.entries() if entry.kind != "map"]
    assert sorted(kinds) == ["accepted", "license", "registered", "steward"]
    assert bench.verdict().is_wholly_positive
    assert bench.findings() == set()


CALLS = ["head", "block", "events", "outcome", "prepare", "transaction_count", "send", "anchored"]


@pytest.mark.parametrize("call", CALLS)
def test_a_chain_that_goes_away_in_the_middle_loses_nothing(bench: Bench, call: str) -> None:
    bench.register()
    bench.chain.interrupt[call] = lambda: setattr(bench.chain, "is_away", True)
    with pytest.raises(ChainUnavailable):
        bench.settle()
    for _ in range(3):
        with pytest.raises(ChainUnavailable):
            bench.worker.round()
    bench.chain.is_away = False
    bench.settle()
    assert_exactly_once(bench)


def test_a_reply_swallowed_a_hundred_times_has_its_effect_once(bench: Bench) -> None:
    bench.register()
    bench.chain.mines = False
    bench.chain.replies_swallowed = 100
    failures = 0
    while bench.chain.replies_swallowed:
        bench.chain.pool.clear()  # so that it is sent again
        with pytest.raises(ChainUnavailable):
            bench.worker.round()
        failures += 1
    assert failures == 100
    bench.chain.mines = True
    bench.settle()
    assert_exactly_once(bench)


def test_what_waits_in_the_pool_is_not_sent_again(bench: Bench) -> None:
    bench.chain.mines = False
    claims = [bench.register(b"book %d" % number) for number in range(5)]
    while bench.worker.round():
        pass
    bench.chain.calls.clear()
    bench.worker.round()
    assert "known" in bench.chain.calls
    assert "send" not in bench.chain.calls
    bench.chain.mines = True
    bench.settle()
    assert len(bench.chain.events_named("ResourceRegistered")) == len(claims)
    assert bench.findings() == set()


def test_a_reply_swallowed_after_each_transaction_has_its_effect_once(bench: Bench) -> None:
    bench.register()
    for _ in range(3):
        bench.chain.replies_swallowed = 1
        with pytest.raises(ChainUnavailable):
            bench.settle()
    bench.settle()
    assert_exactly_once(bench)


def test_a_transaction_that_never_arrived_is_sent_again(bench: Bench) -> None:
    bench.register()
    bench.chain.sends_lost = 10
    while bench.chain.sends_lost:
        with pytest.raises(ChainUnavailable):
            bench.worker.round()
    bench.settle()
    assert_exactly_once(bench)


def test_a_chain_that_stops_mining_is_waited_for(bench: Bench) -> None:
    bench.register()
    bench.chain.mines = False
    for _ in range(5):
        bench.worker.round()
        bench.clock.advance(60)
    assert bench.registration().state is RegistrationState.ACCEPTED
    assert len({sent.hash for sent in bench.chain.pool}) == len(bench.chain.pool)
    bench.chain.mines = True
    bench.settle()
    assert_exactly_once(bench)


def test_a_nonce_used_by_another_transaction_is_signed_anew(bench: Bench) -> None:
    bench.register()
    bench.chain.sends_lost = 1
    with pytest.raises(ChainUnavailable):
        bench.worker.round()
    bench.chain.steal_nonce()
    bench.settle()
    assert_exactly_once(bench)


def test_a_transaction_that_lands_while_its_nonce_is_asked_for_is_not_signed_anew(
    bench: Bench,
) -> None:
    bench.register()
    bench.chain.mines = False
    bench.worker.round()
    bench.chain.interrupt["transaction_count"] = bench.chain.mine
    bench.chain.mines = True
    bench.settle()
    assert_exactly_once(bench)


def test_a_transaction_that_reverts_is_checked_again_and_its_reason_told(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    steward = STEWARD.hex()
    bench.chain.interrupt["send"] = lambda: bench.chain.act(lambda state: state.suspend(steward))
    bench.settle()
    rejected = bench.registration()
    assert rejected.state is RegistrationState.REJECTED
    assert bench.chain.events_named("ResourceRegistered") == []
    assert bench.findings() == set()


def test_a_transaction_that_reverts_for_ever_is_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_jobs, "MOST_ATTEMPTS", 4)
    bench.license("One-seat", seats=1)
    grant = bench.grant(bench.registered(license_name="One-seat").digest, bench.reader())
    place = (grant.digest.hex(), grant.steward.hex(), 0)
    other = Seat("99" * 32, 1, 2**40, HOUR, False)

    def taken_when_it_is_mined() -> None:
        bench.chain.act(lambda state: state.seats.update({place: other}))
        bench.chain.interrupt["outcome"] = free_again

    def free_again() -> None:
        bench.chain.act(lambda state: state.seats.pop(place))
        bench.chain.interrupt["send"] = taken_when_it_is_mined

    bench.chain.interrupt["send"] = taken_when_it_is_mined
    bench.settle()
    assert bench.held(grant).state is GrantState.REJECTED
    assert "reverted" in str(bench.held(grant).rejection)


def test_a_seat_that_another_holds_on_chain_rejects_the_grant(bench: Bench) -> None:
    bench.license("One-seat", seats=1)
    grant = bench.grant(bench.registered(license_name="One-seat").digest, bench.reader())
    place = (grant.digest.hex(), grant.steward.hex(), 0)
    other = Seat("99" * 32, 1, 2**40, HOUR, False)
    bench.chain.act(lambda state: state.seats.update({place: other}))
    bench.settle()
    assert bench.held(grant).state is GrantState.REJECTED
    with bench.store.read() as transaction:
        job = transaction.jobs.find(JobName.issuing(grant.id))
    assert job is not None
    assert job.state == "rejected"
    assert SeatTaken.slug() == "seat-taken"


def test_an_effect_that_stands_already_is_adopted_with_its_place(bench: Bench) -> None:
    terms = bench.license().terms
    policy = terms.policy_digest.hex()
    already = Terms(terms.uri, policy, terms.seats, terms.longest_loan_seconds, False)
    bench.chain.act(lambda state: state.define_license(already))
    bench.settle()
    event = bench.chain.events_named("LicenseDefined")[0]
    entry = bench.entries("license")[0]
    assert (entry.number("block"), entry.text("transaction")) == (event.block, event.transaction)


@pytest.mark.parametrize("difference", ["license", "metadata"])
def test_a_registration_by_another_claim_is_not_taken_for_ours(
    bench: Bench, difference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_jobs, "MOST_ATTEMPTS", 4)
    bench.license()
    other_license = bench.license("House", 3)
    bench.settle()
    bench.register()
    with bench.store.read() as transaction:
        intent = transaction.jobs.queued(bench.clock(), 1)[0].intent
    changes = {"license": other_license.id, "metadata": Digest.of(b"other metadata")}
    other = type(intent)(**{**vars(intent), difference: changes[difference]})
    registrar = "bb" * 20
    bench.chain.act(lambda state: state.register(other, registrar))  # type: ignore[arg-type]
    bench.settle()
    assert bench.registration().state is RegistrationState.REJECTED
    (adopted,) = bench.entries("registered")
    assert adopted.text(difference) == changes[difference].hex()
    assert bench.findings() == set()


@pytest.mark.slow
@pytest.mark.parametrize("committed", [True, False])
def test_a_worker_killed_at_any_write_leaves_all_to_the_next(
    new_bench: Callable[..., Bench], committed: bool
) -> None:
    at, was_killed = 0, True
    while was_killed:
        at += 1
        bench = new_bench()
        bench.register()
        bench.chain.interrupt.clear()
        dying = bench.another_worker(StoreThatStops(bench.store, at, committed=committed))
        try:
            bench.settle(dying)
            was_killed = False
        except WorkerKilled:
            bench.settle(bench.another_worker())
        assert_exactly_once(bench)
    assert at > 10


def test_a_worker_waits_until_the_lease_of_one_that_was_killed_ends(bench: Bench) -> None:
    with bench.store.write() as transaction:
        assert transaction.jobs.take_lease(
            LeaseKind.WORKER, LEASE_NAME, "killed", bench.clock(), LEASE_SECONDS
        )
    bench.chain.calls.clear()
    for worker in (bench.worker, bench.another_worker()):
        waiting = StopAfter(3)
        worker.run(waiting)
        assert bench.chain.calls == []
        assert len(waiting.waited) == 3
    bench.clock.advance(LEASE_SECONDS)
    bench.worker.run(StopAfter(1))
    assert bench.chain.calls


def test_a_worker_that_ends_lets_the_next_one_lead_at_once(bench: Bench) -> None:
    bench.worker.run(StopAfter(1))
    bench.chain.calls.clear()
    bench.another_worker().run(StopAfter(1))
    assert bench.chain.calls


def take_lease(bench: Bench, holder: str, now: int) -> bool:
    with bench.store.write() as transaction:
        return transaction.jobs.take_lease(LeaseKind.WORKER, LEASE_NAME, holder, now, LEASE_SECONDS)


def test_the_lease_of_a_clock_that_was_a_day_ahead_does_not_hold(bench: Bench) -> None:
    assert take_lease(bench, "killed", bench.clock() + 24 * HOUR)
    bench.chain.calls.clear()
    bench.worker.run(StopAfter(1))
    assert bench.chain.calls


def test_the_lease_of_a_clock_that_is_a_little_ahead_holds(bench: Bench) -> None:
    assert take_lease(bench, "other machine", bench.clock() + LEASE_SECONDS)
    assert not take_lease(bench, "this machine", bench.clock())


def test_a_worker_that_ends_without_leading_leaves_the_leader_its_lease(bench: Bench) -> None:
    assert take_lease(bench, "leader", bench.clock())
    bench.worker.run(StopAfter(1))
    assert not take_lease(bench, "third", bench.clock())


def test_an_import_by_a_clock_that_was_ahead_keeps_no_anchor_waiting(bench: Bench) -> None:
    ahead, seconds = bench.clock() + 24 * HOUR, 10
    with bench.store.write() as transaction:
        transaction.jobs.take_lease(LeaseKind.IMPORT, "folder", "folder", ahead, seconds)
        assert transaction.jobs.is_leased(LeaseKind.IMPORT, ahead, seconds)
        assert not transaction.jobs.is_leased(LeaseKind.IMPORT, bench.clock(), seconds)


@pytest.mark.parametrize("call", CALLS)
def test_two_workers_that_both_believe_to_lead_do_no_harm(bench: Bench, call: str) -> None:
    bench.register()
    other = bench.another_worker()
    bench.chain.interrupt[call] = lambda: bench.settle(other)
    bench.settle()
    assert_exactly_once(bench)


def test_another_worker_may_read_the_chain_meanwhile(bench: Bench) -> None:
    bench.register()
    other = bench.another_worker()
    bench.chain.interrupt["events"] = other.round
    bench.settle()
    assert_exactly_once(bench)


def test_a_run_waits_for_a_chain_that_is_away(bench: Bench) -> None:
    bench.register()
    bench.chain.is_away = True
    stop = StopAfter(3)
    bench.worker.run(stop)
    assert len(stop.waited) == 3


def test_a_run_stops_when_the_chain_hides_events(bench: Bench) -> None:
    bench.register()
    bench.chain.hides = lambda event: event.name == "StewardAccredited"
    with pytest.raises(ChainEvidenceMissing):
        bench.worker.run(StopAfter(3))


def test_a_start_is_refused_on_another_chain(bench: Bench) -> None:
    other = ChainSimulator(bench.clock, bench.library.ledger, genesis="another")
    other.is_deployed = False
    with pytest.raises(DeploymentMismatch):
        bench.another_worker(chain=other).start()
    bench.worker.start()


def test_a_chain_replaced_while_running_stops_the_worker_and_changes_nothing(
    bench: Bench,
) -> None:
    bench.registered()
    size = len(bench.entries())
    other = ChainSimulator(bench.clock, bench.library.ledger, genesis="another")
    other.is_deployed = False
    other.mine(len(bench.chain.blocks))
    with pytest.raises(DeploymentMismatch):
        bench.another_worker(chain=other).run(StopAfter(3))
    assert len(bench.entries()) == size


def test_anchors_are_no_closer_than_asked(new_bench: Callable[..., Bench]) -> None:
    bench = new_bench(Limits(anchor_seconds=3600))
    bench.registered()
    bench.registered(b"another book", title="Another")
    assert len(bench.chain.events_named("CheckpointAnchored")) == 1
