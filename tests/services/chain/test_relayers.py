"""Another account pays: it gets the money of the one before, and nothing that was asked for is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.chain.intent import ReturnGrant, RevokeGrant
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.ports.chain import Job, PreparedTransaction
from ledger_service.services.chain.accounts.hand_over_relayer import LOOK_SECONDS
from ledger_service.services.chain.accounts.keep_budget import PERIOD_SECONDS, within_budget
from ledger_service.services.chain.heed_worker import tell_round
from reading_room.overview.verbs import library_status
from tests.simulators.bench import BOOK, SECOND, THIRD, Bench, StoreThatStops, WorkerKilled
from tests.simulators.parts.own_accounts import RELAYER

NEXT = "a1" * 20


def senders(bench: Bench) -> list[str]:
    return [sent.sender for mined in bench.chain.blocks for sent in mined.sent]


def rotated(bench: Bench) -> None:
    bench.chain.own.keys["relayer"].append(NEXT)
    for _ in range(4):
        bench.worker.round()
    bench.settle()


def test_the_next_relayer_gets_the_money_and_pays(bench: Bench) -> None:
    bench.registered()
    rotated(bench)
    assert bench.chain.relayer == NEXT
    assert bench.chain.balance(NEXT) > 10**17 > bench.chain.balance(RELAYER)
    assert bench.registered(SECOND).state is RegistrationState.REGISTERED
    assert senders(bench)[-1] == NEXT
    assert bench.findings() == set()


def test_what_the_old_one_has_sent_is_in_blocks_before_its_money_goes(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.chain.mines = False
    bench.register()
    bench.worker.round()
    bench.chain.own.keys["relayer"].append(NEXT)
    bench.register(SECOND)
    for _ in range(5):
        bench.worker.round()
        bench.clock.advance(1)
    assert bench.worker.holds
    assert bench.chain.balance(NEXT) == 0
    bench.chain.mines = True
    bench.chain.mine()
    bench.settle()
    assert bench.chain.relayer == NEXT
    for data in (BOOK, SECOND):
        assert bench.registration(data).state is RegistrationState.REGISTERED
    assert len(bench.chain.events_named("ResourceRegistered")) == 2


def test_one_that_has_money_is_taken_up_while_the_old_one_ends_its_work(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.chain.balances[NEXT] = 10**18
    bench.chain.own.keys["relayer"].append(NEXT)
    bench.register()
    bench.settle()
    assert not bench.worker.holds
    assert bench.chain.relayer == NEXT
    bench.clock.advance(LOOK_SECONDS)
    bench.worker.round()
    assert bench.chain.balance(RELAYER) < 10**15
    assert bench.chain.balance(NEXT) > 10**18


def test_without_money_anywhere_the_old_one_goes_on_and_it_is_told(bench: Bench) -> None:
    bench.chain.balances[RELAYER] = 50_000
    bench.chain.own.keys["relayer"].append(NEXT)
    assert bench.registered().state is RegistrationState.REGISTERED
    assert bench.chain.relayer == RELAYER
    assert [one.name for one in bench.worker.lacks] == ["relayer-next-without-money"]


def test_what_a_former_relayer_cannot_end_is_sent_anew(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.chain.mines = False
    bench.register()
    bench.worker.round()
    bench.chain.pool = []  # the node has dropped it, and the old one has no money left
    bench.chain.balances |= {RELAYER: 0, NEXT: 10**18}
    bench.chain.own.keys["relayer"].append(NEXT)
    bench.chain.own.unopened.add(RELAYER)
    bench.chain.interrupt["send"] = bench.chain.pool.clear
    bench.worker.round()
    bench.chain.mines = True
    bench.chain.pool = [sent for sent in bench.chain.pool if sent.sender == NEXT]
    bench.chain.mine()
    bench.clock.advance(LOOK_SECONDS)
    bench.settle()
    assert bench.registration().state is RegistrationState.REGISTERED
    assert len(bench.chain.events_named("ResourceRegistered")) == 1


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("at", range(1, 9))
def test_a_worker_killed_amid_a_change_leaves_one_that_goes_on(
    bench: Bench, at: int, committed: bool
) -> None:
    bench.license()
    bench.settle()
    bench.register(BOOK)
    bench.chain.own.keys["relayer"].append(NEXT)
    bench.register(SECOND)
    stops = StoreThatStops(bench.store, at, committed=committed)
    try:
        bench.settle(bench.another_worker(stops))
    except WorkerKilled:
        bench.clock.advance(1)
    bench.settle(bench.another_worker())
    for data in (BOOK, SECOND):
        assert bench.registration(data).state is RegistrationState.REGISTERED
    assert bench.chain.relayer == NEXT
    assert len(bench.chain.events_named("ResourceRegistered")) == 2
    assert bench.findings() == set()


# ---- the budget -----------------------------------------------------------------------------------


def warned(bench: Bench) -> list[str]:
    library = bench.worker._library
    tell_round(library)
    found = library_status(library).warnings(library.clock(), library.limits)
    return [one.name for one in found if one.name.startswith("relayer-budget")]


def limited(bench: Bench, budget: int) -> None:
    """Let the library have a budget of so many wei in 30 days from now on."""
    bench.library = replace(
        bench.library, limits=replace(bench.library.limits, relayer_budget=budget)
    )
    bench.worker = bench.another_worker()


def spent(bench: Bench) -> int:
    with bench.store.read() as transaction:
        return transaction.jobs.spent_since(bench.clock() - PERIOD_SECONDS)


def test_what_is_paid_is_counted_by_what_it_has_cost(bench: Bench) -> None:
    bench.chain.paid_each = 3 * 10**9
    bench.registered()
    assert spent(bench) == len(senders_of_relayer(bench)) * 3 * 10**9
    bench.clock.advance(PERIOD_SECONDS + 1)
    assert spent(bench) == 0


def senders_of_relayer(bench: Bench) -> list[str]:
    return [sender for sender in senders(bench) if sender == RELAYER]


def test_beyond_the_budget_work_waits_and_anchors_go_first(bench: Bench) -> None:
    bench.chain.price, bench.chain.most_fee = 10**9, 10**12
    each = 10**5 * 2 * 10**9  # that one may cost while it is under way
    bench.chain.paid_each = each
    bench.registered()
    before = spent(bench)
    budget = (before + 5 * each) * 100 // 90 + each
    limited(bench, budget)
    for data in (SECOND, THIRD, b"fourth", b"fifth", b"sixth", b"seventh"):
        bench.register(data)
    for _ in range(60):
        bench.worker.round()
        bench.clock.advance(2)
    registered = len(bench.chain.events_named("ResourceRegistered"))
    assert 1 < registered < 7
    assert spent(bench) <= budget
    with bench.store.read() as transaction:
        newest = transaction.checkpoints.latest_anchored()
        assert newest is not None
        assert newest.size == transaction.ledger.size()  # the last tenth was for this
    assert warned(bench) == ["relayer-budget-spent"]
    bench.clock.advance(PERIOD_SECONDS)
    bench.settle()
    assert len(bench.chain.events_named("ResourceRegistered")) == 7


def test_readers_who_return_leave_money_for_revocations(bench: Bench) -> None:
    limited(bench, spent(bench) + 1000)
    made = (GrantId(bytes(32)), Digest(bytes(32)), bench.library.steward, 1)
    intents = [*[ReturnGrant(*made)] * 90, RevokeGrant(*made), RevokeGrant(*made)]
    calls = [
        (
            Job(number, JobName.of(intent), intent, JobState.QUEUED, 0),
            PreparedTransaction("00" * 20, b"", 20, 1, 1),
        )
        for number, intent in enumerate(intents, 10**6)
    ]
    assert len(within_budget(bench.library, calls[:90])) == 1000 * 95 // 100 // 20
    taken = [job.intent for job, _ in within_budget(bench.library, calls)]
    assert isinstance(taken[0], RevokeGrant)
    assert taken.count(intents[-1]) == 2
    assert taken.count(intents[0]) == 1000 * 95 // 100 // 20 - 2


def test_the_operator_is_warned_before_the_budget_is_spent(bench: Bench) -> None:
    bench.chain.paid_each = 10**9
    bench.registered()
    limited(bench, spent(bench) * 100 // 81)
    assert warned(bench) == ["relayer-budget-near"]
    limited(bench, spent(bench) * 2)
    bench.clock.advance(6)
    assert warned(bench) == []
