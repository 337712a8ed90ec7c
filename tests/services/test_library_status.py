"""What the status tells and warns of: no rounds of a worker, a chain that stands still, late anchors."""

from dataclasses import replace
from typing import Any, cast

from prometheus_client.parser import text_string_to_metric_families

from ledger_service.domain.errors import ChainUnavailable, DeploymentMismatch
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState
from ledger_service.services.chain.heed_worker import tell_stop, tell_wait
from ledger_service.services.limits import Limits
from ledger_service.worker import LOOKS_A_REST
from reading_room.overview.metrics import format_metrics
from reading_room.overview.verbs import library_status
from tests.services.chain.test_worker import StopAfter
from tests.simulators.bench import Bench

REST_SECONDS = Limits().rest_seconds


def warned(bench: Bench) -> list[str]:
    limits = bench.library.limits
    found = library_status(bench.library).warnings(bench.clock(), limits)
    return [reason.name for reason in found]


def figures(bench: Bench) -> dict[str, float]:
    """Return the figures that have no label, as Prometheus reads them."""
    text = format_metrics(library_status(bench.library), bench.clock(), {}, {}).decode()
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return {sample.name: sample.value for sample in samples if not sample.labels}


def test_a_worker_that_ends_no_rounds_is_told(bench: Bench) -> None:
    assert warned(bench) == ["worker-rests.never"]
    bench.worker.run(StopAfter(LOOKS_A_REST))
    bench.clock.advance(REST_SECONDS)
    assert warned(bench) == []
    bench.clock.advance(1)
    assert warned(bench) == ["worker-rests"]
    bench.worker.run(StopAfter(LOOKS_A_REST))
    assert warned(bench) == []


def test_a_chain_that_stands_still_is_told_while_transactions_wait(bench: Bench) -> None:
    bench.settle()
    bench.clock.advance(REST_SECONDS + 1)
    bench.worker.run(StopAfter(LOOKS_A_REST))
    bench.chain.mines = False
    bench.clock.advance(REST_SECONDS + 1)
    bench.register()
    bench.worker.run(StopAfter(LOOKS_A_REST))
    assert warned(bench) == ["chain-stalled"]
    bench.chain.mines = True
    bench.settle()
    assert "chain-stalled" not in warned(bench)


def test_figures_are_those_of_the_library(bench: Bench) -> None:
    bench.registered()
    bench.settle()
    found = figures(bench)
    assert found["muhr_ledger_entries"] == len(bench.entries())
    assert found["muhr_worker_stopped"] == 0
    assert found["muhr_disk_free_bytes"] > 0
    bench.clock.advance(30)
    assert figures(bench)["muhr_ledger_entries"] == found["muhr_ledger_entries"]


def test_entries_that_wait_for_their_anchor_are_told(bench: Bench) -> None:
    bench.settle()
    bench.chain.mines = False
    bench.register()
    bench.clock.advance(bench.library.limits.lag_seconds + 1)
    lag = figures(bench)["muhr_anchor_lag_seconds"]
    assert lag > bench.library.limits.lag_seconds
    warned = library_status(bench.library).warnings(bench.clock(), bench.library.limits)
    assert "anchor-lags" in [reason.name for reason in warned]


def test_a_wait_keeps_what_was_seen_and_a_stop_is_more_than_a_wait(bench: Bench) -> None:
    seen = WorkerState(bench.clock(), head=bench.chain.head())
    with bench.library.store.write() as transaction:
        transaction.worker_state.replace(seen)
    tell_wait(bench.library, ChainUnavailable("no-answer"))
    found = library_status(bench.library).worker
    assert (found.head, found.waits) == (seen.head, Reason("chain-unavailable.no-answer"))
    assert figures(bench)["muhr_worker_waits"] == 1
    tell_stop(bench.library, DeploymentMismatch("other-chain", chain_id=7))
    found = library_status(bench.library).worker
    assert found.stop is not None
    assert found.head == seen.head
    assert figures(bench)["muhr_worker_stopped"] == 1


def test_no_one_who_asks_waits_for_the_chain_node(bench: Bench) -> None:
    without_chain = replace(bench.library, chain=cast("Any", None))
    assert library_status(without_chain).ledger_size == len(bench.entries())
