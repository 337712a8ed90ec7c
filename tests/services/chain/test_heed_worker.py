"""A worker that stops for a reason of evidence stops the whole library, until a round ends well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service.domain.errors import (
    ChainEvidenceMissing,
    ChainUnavailable,
    DeploymentMismatch,
    WorkerStopped,
)
from ledger_service.ports.chain import WorkerState
from ledger_service.services.chain.heed_worker import SECONDS_BETWEEN_ROUNDS_TOLD, HeedingStore
from tests.services.chain.test_worker import StopAfter
from tests.simulators.bench import Bench
from tests.simulators.chain import ChainSimulator


def behind_the_border(bench: Bench) -> Bench:
    """Return the bench as a server's requests see it, of the same database."""
    bench.library = replace(bench.library, store=HeedingStore(bench.store))
    return bench


def told(bench: Bench) -> WorkerState:
    with bench.store.read() as transaction:
        return transaction.worker_state.read()


def replaced(bench: Bench) -> ChainSimulator:
    """Return another chain, with nothing of this library on it."""
    other = ChainSimulator(bench.clock, bench.library.ledger, genesis="another")
    other.is_deployed = False
    other.mine(len(bench.chain.blocks))
    return other


def start_on_another_chain(bench: Bench) -> None:
    with pytest.raises(DeploymentMismatch):
        bench.another_worker(chain=replaced(bench)).start()


def run_on_another_chain(bench: Bench) -> None:
    with pytest.raises((DeploymentMismatch, ChainEvidenceMissing)):
        bench.another_worker(chain=replaced(bench)).run(threading.Event())


def start_without_a_chain(bench: Bench) -> None:
    bench.chain.is_away = True
    with pytest.raises(ChainUnavailable):
        bench.worker.start()


STOPS = [start_on_another_chain, run_on_another_chain, start_without_a_chain]


@pytest.mark.parametrize("stop", STOPS)
def test_nothing_is_accepted_from_a_stop_until_a_round_has_ended_well(
    bench: Bench, stop: Callable[[Bench], None]
) -> None:
    bench.registered()
    size = len(bench.entries())
    stop(bench)
    behind_the_border(bench)
    with pytest.raises(WorkerStopped) as refused:
        bench.register(b"another book", title="Another")
    assert refused.value.reason.values["why"] == told(bench).stop
    assert len(bench.entries()) == size
    bench.chain.is_away = False
    bench.worker.start()
    assert told(bench).stop is not None  # a start alone clears nothing
    bench.worker.run(StopAfter(1))
    found = told(bench)
    assert (found.last_round, found.stop, found.waits) == (bench.clock(), None, None)
    bench.register(b"another book", title="Another")


def test_a_chain_that_goes_away_later_stops_nothing(bench: Bench) -> None:
    bench.registered()
    bench.chain.is_away = True
    bench.worker.run(StopAfter(1))
    assert told(bench).stop is None
    behind_the_border(bench).register(b"another book", title="Another")


def test_a_stop_for_the_same_reason_keeps_its_time(bench: Bench) -> None:
    start_without_a_chain(bench)
    first = told(bench)
    bench.clock.advance(60)
    start_without_a_chain(bench)
    assert told(bench) == first


def test_the_time_of_the_last_round_is_stored_every_few_seconds(bench: Bench) -> None:
    bench.worker.run(StopAfter(1))
    first = told(bench).last_round
    bench.clock.advance(SECONDS_BETWEEN_ROUNDS_TOLD - 1)
    bench.worker.run(StopAfter(1))
    assert told(bench).last_round == first
    bench.clock.advance(1)
    bench.worker.run(StopAfter(1))
    assert told(bench).last_round == bench.clock()
