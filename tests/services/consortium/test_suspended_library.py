"""A library that the council suspends: nothing is anchored until it is reinstated, and then all counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import ImportItem, decided_claim
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import Axis
from ledger_service.services.chain.accounts.tell_waiting import why_waiting
from ledger_service.services.chain.heed_worker import tell_round
from ledger_service.services.imports.import_resources import import_into
from ledger_service.services.limits import Limits
from tests.simulators.bench import BOOK, STEWARD, Bench
from tests.simulators.parts.own_accounts import REGISTRAR

STEWARD_ID = STEWARD.hex()
FOR_EVER = 2**40
CONFIRMATIONS = 6


def take_in(bench: Bench) -> None:
    """Take BOOK in as one of many: the chain hears of it by an anchor alone."""
    item = ImportItem(
        place="1",
        digest=Digest.of(BOOK).hex(),
        size_bytes=len(BOOK),
        title="Xamsa",
        media_type="application/pdf",
        license="CC-BY-4.0",
    )
    claim = decided_claim(item, len(BOOK))
    with bench.store.write() as transaction:
        import_into(bench.library, transaction, [claim])


def anchors(bench: Bench) -> int:
    return len(bench.chain.events_named("CheckpointAnchored"))


def waits_for(bench: Bench) -> str | None:
    """Return the name of why registrations wait, as the worker told it for everybody."""
    bench.clock.advance(10)
    tell_round(bench.library, bench.worker.lacks)
    reason = why_waiting(bench.library)
    return None if reason is None else reason.name


@pytest.fixture
def library(bench: Bench) -> Bench:
    bench.license()
    bench.settle()
    return bench


@pytest.fixture
def deep(new_bench: Callable[..., Bench]) -> Bench:
    """Return a library whose index reads what is six blocks deep, and has read all that concerns it."""
    bench = new_bench(Limits(confirmations=CONFIRMATIONS, anchor_seconds=0))
    bench.chain.mine(CONFIRMATIONS)
    bench.license()
    bench.settle()
    bench.chain.mine(CONFIRMATIONS)
    bench.settle()
    return bench


def rounds(bench: Bench) -> None:
    """Let the worker do what it can before there is another block."""
    for _ in range(5):
        bench.worker.round()


def test_what_is_taken_in_while_suspended_counts_once_it_is_reinstated(library: Bench) -> None:
    library.chain.act(lambda state: state.suspend(STEWARD_ID))
    before = anchors(library)
    take_in(library)
    library.settle()
    assert anchors(library) == before
    assert library.verdict().verdicts[0].state == "waiting"
    assert waits_for(library) == "own-steward-suspended"
    library.chain.act(lambda state: state.reinstate(STEWARD_ID))
    library.settle()
    assert anchors(library) == before + 1
    assert library.verdict().is_wholly_positive
    assert waits_for(library) is None
    assert library.findings() == set()


def test_an_anchor_that_is_queued_already_waits_too(library: Bench) -> None:
    take_in(library)
    library.chain.mines = False
    library.worker.round()  # queues the anchor
    with library.store.read() as transaction:
        assert len(transaction.jobs.pending_anchors()) == 1
    library.chain.mines = True
    library.chain.act(lambda state: state.suspend(STEWARD_ID))
    before = anchors(library)
    library.settle()
    assert anchors(library) == before
    library.chain.act(lambda state: state.accredit(STEWARD_ID))
    library.settle()
    assert library.verdict().is_wholly_positive


def test_without_any_registrar_the_anchor_waits_for_the_next_one(library: Bench) -> None:
    """A work that is first anchored when nobody might register for the library has no authority for good."""
    now = library.clock()
    library.chain.act(lambda state: state.close_registrar(STEWARD_ID, REGISTRAR, now))
    take_in(library)
    library.settle()
    assert library.verdict().verdicts[0].state == "waiting"
    assert waits_for(library) == "no-live-account.registrar"
    later = library.clock()
    library.chain.act(lambda state: state.add_registrar(STEWARD_ID, "77" * 20, later, FOR_EVER))
    library.settle()
    assert library.verdict().is_wholly_positive


def test_a_fork_that_takes_the_suspension_back_lets_the_anchor_go(library: Bench) -> None:
    library.chain.act(lambda state: state.suspend(STEWARD_ID))
    take_in(library)
    library.settle()
    assert library.worker.holds_anchors
    library.chain.reorganize(1, forgets=True)
    library.settle()
    assert library.verdict().is_wholly_positive


def test_an_act_that_is_not_confirmed_yet_holds_the_anchor(deep: Bench) -> None:
    """The chain counts an act from its block on, and not from when our index has read it."""
    deep.chain.act(lambda state: state.suspend(STEWARD_ID))
    before = anchors(deep)
    take_in(deep)
    rounds(deep)
    assert anchors(deep) == before
    assert waits_for(deep) == "own-steward-suspended"
    deep.chain.mine(CONFIRMATIONS)
    rounds(deep)
    assert deep.verdict().verdicts[0].state == "waiting"
    deep.chain.act(lambda state: state.reinstate(STEWARD_ID))
    rounds(deep)
    assert anchors(deep) == before  # a fork may take that act back
    deep.chain.mine(CONFIRMATIONS)
    deep.settle()
    assert anchors(deep) == before + 1
    assert deep.verdict().is_wholly_positive
    assert deep.findings() == set()


def test_a_queued_anchor_waits_for_an_act_that_is_not_confirmed(deep: Bench) -> None:
    take_in(deep)
    deep.worker.round()  # queues the anchor
    with deep.store.read() as transaction:
        assert len(transaction.jobs.pending_anchors()) == 1
    before = anchors(deep)
    deep.chain.act(lambda state: state.suspend(STEWARD_ID))
    rounds(deep)
    assert anchors(deep) == before
    deep.chain.act(lambda state: state.reinstate(STEWARD_ID))
    deep.settle()
    assert deep.verdict().is_wholly_positive


def test_the_last_registrar_that_is_closed_in_an_unconfirmed_block_holds_the_anchor(
    deep: Bench,
) -> None:
    now = deep.clock()
    deep.chain.act(lambda state: state.close_registrar(STEWARD_ID, REGISTRAR, now))
    before = anchors(deep)
    take_in(deep)
    rounds(deep)
    assert anchors(deep) == before
    later = deep.clock()
    deep.chain.act(lambda state: state.add_registrar(STEWARD_ID, "77" * 20, later, FOR_EVER))
    deep.settle()
    assert deep.verdict().is_wholly_positive


def test_a_fork_that_takes_an_unconfirmed_suspension_back_lets_the_anchor_go(deep: Bench) -> None:
    deep.chain.act(lambda state: state.suspend(STEWARD_ID))
    take_in(deep)
    rounds(deep)
    assert deep.worker.holds_anchors
    deep.chain.reorganize(1, forgets=True)
    deep.settle()
    assert deep.verdict().is_wholly_positive


def test_a_node_that_shows_both_sides_of_a_fork_holds_the_anchor_until_it_shows_one(
    deep: Bench,
) -> None:
    now = deep.clock()
    deep.chain.act(lambda state: state.add_registrar(STEWARD_ID, "77" * 20, now, FOR_EVER))
    deep.chain.act(lambda state: state.close_registrar(STEWARD_ID, "77" * 20, now + 1))
    shows_all, before = deep.chain.hides, anchors(deep)
    deep.chain.hides = lambda event: event.name == "AgentAdded"
    take_in(deep)
    rounds(deep)
    assert anchors(deep) == before
    deep.chain.hides = shows_all
    rounds(deep)
    assert anchors(deep) == before + 1


def test_what_was_anchored_while_suspended_has_no_authority(deep: Bench) -> None:
    """The chain's order decides: an anchor that was on its way already helps no work in bulk."""
    take_in(deep)
    deep.chain.mines = False
    rounds(deep)  # sends the anchor, which waits for a block
    deep.chain.mines = True
    waiting, deep.chain.pool = deep.chain.pool, []
    deep.chain.act(lambda state: state.suspend(STEWARD_ID))
    deep.chain.pool = waiting
    before = anchors(deep)
    deep.chain.mine(CONFIRMATIONS)
    assert anchors(deep) == before + 1
    deep.settle()
    found = deep.verdict().verdicts[0].findings[Axis.STEWARD]
    assert found.reason.name == Because.NOT_ACCREDITED
    deep.chain.act(lambda state: state.reinstate(STEWARD_ID))
    deep.settle()
    again = deep.verdict().verdicts[0].findings[Axis.STEWARD]
    assert again == found  # a later anchor mends nothing
    assert deep.findings() == set()
