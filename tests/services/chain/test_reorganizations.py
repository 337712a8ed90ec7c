"""Blocks that are replaced: within the confirmations nothing shows; beyond them the audit does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import (
    ChainEvidenceMissing,
    ChainUnavailable,
    DeploymentMismatch,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.services.chain import follow_chain as following
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.limits import Limits
from tests.simulators.bench import BOOK, LIBRARIAN, Bench
from tests.simulators.chain import DEPLOYED_AT

CONFIRMATIONS = 6
NewBench = Callable[..., Bench]


@pytest.fixture
def deep(new_bench: NewBench) -> Bench:
    """Return a library that waits for six blocks, on a chain that has had some."""
    bench = new_bench(Limits(confirmations=CONFIRMATIONS, anchor_seconds=0))
    bench.chain.mine(CONFIRMATIONS)
    return bench


def go_on_until(bench: Bench, state: str) -> None:
    """Run the worker until the registration's job is queued, pooled, mined or done."""
    if state == "accepted":
        return
    bench.license()
    bench.settle()
    bench.register()
    if state == "pooled":
        bench.chain.mines = False
    bench.worker.round()
    bench.chain.mines = True
    if state == "registered":
        while bench.registration().state is not RegistrationState.REGISTERED:
            bench.chain.mine()
            bench.worker.round()


def test_a_chain_that_becomes_shorter_while_it_is_read_is_read_again(bench: Bench) -> None:
    # Found by the storm of seed 32: the worker stopped, as if the chain were another one.
    bench.settle()
    bench.register()
    bench.chain.mine(5)

    def shorter() -> None:  # after the question whether the newest block that was read stands
        bench.chain.interrupt["block"] = lambda: bench.chain.blocks.__delitem__(slice(-3, None))

    bench.chain.interrupt["block"] = shorter
    with pytest.raises(ChainUnavailable, match="changed-meanwhile"):
        follow_chain(bench.library, DEPLOYED_AT)
    bench.chain.mine(3)
    bench.settle()
    assert bench.registration().state is RegistrationState.REGISTERED
    assert bench.findings() == set()


@pytest.mark.slow
@pytest.mark.parametrize("state", ["accepted", "pooled", "mined", "registered"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_a_reorganization_within_the_confirmations_leaves_no_trace(
    deep: Bench, depth: int, state: str
) -> None:
    deep.register()
    go_on_until(deep, state)
    deep.chain.reorganize(depth, forgets=depth % 2 == 0)
    deep.settle()
    assert deep.registration().state is RegistrationState.REGISTERED
    (event,) = deep.chain.events_named("ResourceRegistered")
    (entry,) = deep.entries("registered")
    assert (entry.number("block"), entry.text("transaction")) == (event.block, event.transaction)
    assert deep.verdict().is_wholly_positive
    assert deep.findings() == set()


@pytest.mark.parametrize("forgets", [True, False])
def test_a_chain_that_is_reorganized_after_every_round_still_comes_to_the_same_end(
    deep: Bench, forgets: bool
) -> None:
    deep.register()
    for step in range(12):
        deep.worker.round()
        deep.chain.mine()
        deep.chain.reorganize(step % 5 + 1, forgets=forgets)
    deep.settle()
    grant = deep.grant(deep.registration().digest, deep.reader())
    for step in range(5):
        deep.worker.round()
        deep.chain.reorganize(step % 5 + 1, forgets=forgets)
    deep.settle()
    revoke_grant(deep.library, LIBRARIAN, grant.id)
    deep.worker.round()
    deep.chain.reorganize(1, forgets=forgets)
    deep.settle()
    assert deep.held(grant).state is GrantState.REVOKED
    for name in ("ResourceRegistered", "GrantIssued", "GrantRevoked"):
        assert len(deep.chain.events_named(name)) == 1
    assert deep.findings() == set()


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_the_index_goes_back_with_the_chain(bench: Bench, depth: int) -> None:
    bench.registered()
    bench.chain.mine(2)
    bench.worker.round()
    bench.chain.reorganize(depth)
    bench.worker.round()
    with bench.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        events = transaction.chain_index.events_of([Digest.of(BOOK).hex()])
    assert cursor is not None
    assert cursor[0] == bench.chain.blocks[-1].block
    assert events == bench.chain.events_named("ResourceRegistered")


def test_the_index_goes_back_when_the_chain_is_shorter_now(bench: Bench) -> None:
    bench.settle()
    bench.chain.mine(3)
    bench.worker.round()
    del bench.chain.blocks[-2:]
    bench.worker.round()
    with bench.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
    assert cursor is not None
    assert cursor[0] == bench.chain.blocks[-1].block


def test_the_first_blocks_that_were_read_may_be_replaced_too(bench: Bench) -> None:
    bench.worker.round()
    bench.chain.reorganize(1)
    bench.register()
    bench.settle()
    assert bench.verdict().is_wholly_positive


def test_blocks_replaced_deeper_than_the_index_remembers_are_read_anew_if_the_contracts_stand(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "DEEPEST_REORGANIZATION", 3)
    bench.registered()
    for _ in range(4):
        bench.chain.mine()
        bench.worker.round()
    bench.chain.reorganize(4)
    bench.settle()
    assert bench.verdict().is_wholly_positive
    bench.chain.mine()
    bench.chain.reorganize(5)
    bench.chain.is_deployed = False
    with pytest.raises(DeploymentMismatch):
        bench.worker.round()


@pytest.mark.parametrize("says", ["nothing", "the newest", "an older one"])
def test_without_a_number_of_confirmations_the_library_follows_what_is_final(
    new_bench: NewBench, says: str
) -> None:
    bench = new_bench(Limits(confirmations=None, anchor_seconds=0))
    bench.chain.mine(30)
    end = bench.chain.blocks[-1].block.number
    bench.chain.final = {"nothing": None, "the newest": end, "an older one": 3}[says]
    follow_chain(bench.library, DEPLOYED_AT)
    with bench.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
    assert cursor is not None
    assert cursor[0].number == (3 if says == "an older one" else end - 11)


@pytest.mark.parametrize("forgets", [True, False], ids=["lost", "moved"])
def test_what_a_fork_takes_away_beyond_the_confirmations_is_looked_at_again(
    bench: Bench, forgets: bool
) -> None:
    digest = bench.registered().digest
    grant = bench.grant(digest, bench.reader())
    bench.settle()
    entries = bench.entries("registered") + bench.entries("grant-issued")
    [event] = bench.chain.events_named("ResourceRegistered")
    depth = bench.chain.blocks[-1].block.number - event.block + 1
    bench.chain.mines = False
    bench.chain.reorganize(depth, forgets=forgets, grows=2)
    if forgets:
        follow_chain(bench.library, DEPLOYED_AT)
        assert bench.registration().state is RegistrationState.DISPUTED
        assert [verdict.state for verdict in bench.verdict().verdicts] == ["waiting"]
        assert "entry-not-on-chain" in bench.findings()
    bench.chain.mines = True
    bench.settle()
    assert bench.verdict().is_wholly_positive
    assert bench.held(grant).state is GrantState.ISSUED
    assert bench.entries("registered") + bench.entries("grant-issued") == entries
    assert len(bench.chain.events_named("ResourceRegistered")) == 1
    assert bench.findings() == set()


def test_a_node_without_old_states_does_not_hold_the_index_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BLOCKS_A_READ", 2)
    monkeypatch.setattr(following, "EVENTS_HELD", 1)
    bench.settle()
    bench.register()
    bench.chain.mine(20)
    bench.chain.states_kept = 3
    bench.settle()
    assert bench.verdict().is_wholly_positive


def test_events_that_were_never_checked_are_not_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BLOCKS_A_READ", 2)
    monkeypatch.setattr(following, "EVENTS_HELD", 1)
    bench.chain.mine(4)
    bench.chain.interrupt["check_totals"] = lambda: setattr(bench.chain, "is_away", True)
    with pytest.raises(ChainUnavailable):
        follow_chain(bench.library, DEPLOYED_AT)
    with bench.store.read() as transaction:
        assert transaction.chain_index.cursor() is None
        assert transaction.chain_index.events_of([bench.library.steward.hex()]) == []
    bench.chain.is_away = False
    bench.registered()
    assert bench.verdict().is_wholly_positive


@pytest.mark.parametrize("hidden", [False, True])
def test_a_chain_that_changes_while_it_is_read_is_read_again(bench: Bench, hidden: bool) -> None:
    bench.worker.round()
    bench.register()
    bench.chain.mine(4)
    if hidden:  # the events of the old blocks do not add up to the totals of the new ones
        bench.chain.act(lambda state: state.suspend("77" * 32))
    bench.chain.interrupt["events"] = lambda: bench.chain.reorganize(4, forgets=True)
    with pytest.raises(ChainUnavailable, match=r"chain-unavailable.changed-meanwhile"):
        follow_chain(bench.library, DEPLOYED_AT)
    bench.settle()
    assert bench.verdict().is_wholly_positive


def test_events_that_are_missing_on_a_chain_that_stands_are_evidence_missing(
    bench: Bench,
) -> None:
    bench.chain.hides = lambda event: event.name == "LedgerOpened"
    with pytest.raises(ChainEvidenceMissing):
        follow_chain(bench.library, DEPLOYED_AT)
    with bench.store.read() as transaction:
        assert transaction.chain_index.cursor() is None


def test_events_that_a_node_hides_in_one_reading_only_are_read_again(bench: Bench) -> None:
    hidden: list[str] = []

    def hides(event: ChainEvent) -> bool:  # as a node does that takes up a fork meanwhile
        is_first = event.name == "LedgerOpened" and not hidden
        hidden.extend([event.name] * is_first)
        return is_first

    bench.chain.hides = hides
    assert follow_chain(bench.library, DEPLOYED_AT) == 4
    assert hidden == ["LedgerOpened"]


def test_a_long_chain_is_read_in_pieces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BLOCKS_A_READ", 2)
    bench.chain.mine(4)
    assert follow_chain(bench.library, DEPLOYED_AT) == 4
    with bench.store.read() as transaction:
        assert len(transaction.chain_index.recent_blocks(100)) == 5
        cursor = transaction.chain_index.cursor()
    assert cursor is not None
    assert cursor[1]["StewardRegistry"][0] == 3  # accredited, and two agents
    assert follow_chain(bench.library, DEPLOYED_AT) == 0
