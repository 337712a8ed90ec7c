"""What the relayer offers when gas becomes dear, what it sends first, and how it tells of its funds."""

from __future__ import annotations

import pytest

from ledger_service.adapters.evm.transactions import outbidding
from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.lending.grant import GrantState
from ledger_service.ports.chain import PreparedTransaction
from ledger_service.services.chain.run_jobs import raise_offers
from ledger_service.services.chain.watch_relayer import relayer_funds, relayer_warnings
from ledger_service.services.lending.change_grant import revoke_grant
from tests.simulators.bench import LIBRARIAN, Bench, Granted
from tests.simulators.parts.own_accounts import RELAYER

GWEI = 10**9


@pytest.fixture
def waiting(bench: Bench) -> Bench:
    """Return a library whose registration waits in the pool, because gas became dear."""
    bench.license()
    bench.settle()
    bench.register()
    bench.chain.mines = False
    bench.worker.round()
    bench.chain.price = 30
    bench.chain.mines = True
    return bench


def test_an_offer_that_became_too_low_is_raised_after_some_time(waiting: Bench) -> None:
    assert raise_offers(waiting.library) == 0
    waiting.clock.advance(waiting.library.limits.raise_seconds)
    assert raise_offers(waiting.library) > 0
    waiting.settle()
    assert waiting.registration().state == "registered"
    assert len(waiting.chain.events_named("ResourceRegistered")) == 1
    assert waiting.findings() == set()


def test_whichever_of_its_transactions_lands_settles_a_job(waiting: Bench) -> None:
    waiting.chain.mines = False
    with waiting.store.read() as transaction:
        first = {sent[0].hash for _, sent in transaction.jobs.submitted()}
    old_pool = list(waiting.chain.pool)
    waiting.clock.advance(waiting.library.limits.raise_seconds)
    raise_offers(waiting.library)
    waiting.chain.pool, waiting.chain.price = old_pool, 1
    waiting.chain.mine()
    waiting.chain.mines = True
    waiting.settle()
    [event] = waiting.chain.events_named("ResourceRegistered")
    assert event.transaction in first
    assert waiting.registration().state == "registered"
    assert waiting.findings() == set()


def test_a_chain_that_only_stands_still_is_offered_no_more(waiting: Bench) -> None:
    waiting.chain.price = 1
    waiting.clock.advance(3600)
    assert raise_offers(waiting.library) == 0


def test_above_the_bound_an_offer_waits_until_gas_is_cheaper(waiting: Bench) -> None:
    waiting.chain.price = waiting.chain.most_fee + 1
    for _ in range(3):
        waiting.clock.advance(60)
        waiting.worker.round()
    assert waiting.registration().state != "registered"
    waiting.chain.price = waiting.chain.most_fee
    waiting.settle()
    assert waiting.registration().state == "registered"


def test_a_replacement_raises_both_caps_as_pools_demand() -> None:
    standing = PreparedTransaction("11" * 20, b"call", 100_000, 3 * GWEI, GWEI)
    better = outbidding(standing, GWEI, most=100 * GWEI)
    assert better is not None
    assert (better.to, better.data, better.gas) == (standing.to, standing.data, standing.gas)
    assert better.max_fee * 8 >= standing.max_fee * 9
    assert better.priority_fee * 8 >= standing.priority_fee * 9
    dear = outbidding(standing, 80 * GWEI, most=100 * GWEI)
    assert dear is not None
    assert dear.max_fee == 100 * GWEI
    assert outbidding(dear, 80 * GWEI, most=100 * GWEI) is None


def test_what_ends_a_right_and_anchors_go_before_what_waits_longer(granted: Granted) -> None:
    bench, _, grant = granted
    bench.register(b"another book", title="Another")
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    with bench.store.read() as transaction:
        kinds = [job.intent.KIND for job in transaction.jobs.queued(bench.clock(), 10)]
    assert kinds[0] == "revoke-grant"
    assert kinds[-1] == RegisterResource.KIND
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert bench.findings() == set()


def test_the_operator_is_told_before_the_relayers_funds_end(bench: Bench) -> None:
    assert relayer_funds(bench.library) is None
    bench.license()
    bench.settle()
    found = relayer_funds(bench.library)
    assert found is not None
    assert relayer_warnings(found, bench.library.limits) == []
    bench.chain.balances[RELAYER] = 110_000 * 20
    found = relayer_funds(bench.library)
    assert found is not None
    assert (found.account, found.transactions) == (RELAYER, 20)
    bench.chain.price = 501 * GWEI
    dear = relayer_funds(bench.library)
    assert dear is not None
    names = [reason.name for reason in relayer_warnings(dear, bench.library.limits)]
    assert names == ["relayer-runs-dry", "gas-too-dear"]
