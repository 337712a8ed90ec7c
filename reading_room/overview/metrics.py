"""The library's figures as Prometheus reads them: what an operator is woken for, and nothing of readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from prometheus_client import generate_latest
from prometheus_client.core import CollectorRegistry, CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reading_room.overview.verbs import LibraryStatus


def format_metrics(
    status: LibraryStatus,
    now: int,
    refused: Mapping[str, int],
    cut: Mapping[str, int],
    alarms: Mapping[str, int] = MappingProxyType({}),
) -> bytes:
    """Return the text exposition format 0.0.4.

    Args:
        now: seconds since 1970 UTC, by the library's clock.
        refused: how many requests this process has refused, by the slug of their problem.
        cut: how many connections it has cut or sent away, by reason.
        alarms: how many there are about members of the consortium, by kind.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(status, now, refused, cut, alarms))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(
        self,
        status: LibraryStatus,
        now: int,
        refused: Mapping[str, int],
        cut: Mapping[str, int],
        alarms: Mapping[str, int],
    ) -> None:
        self._alarms = alarms
        self._status = status
        self._now = now
        self._refused = refused
        self._cut = cut

    def collect(self) -> Iterator[Metric]:
        status, worker = self._status, self._status.worker
        yield _gauge("ledger_entries", "Entries of the ledger.", status.ledger_size)
        yield _gauge("checkpoint_entries", "Entries under a checkpoint.", status.checkpoint_size)
        yield _gauge("anchored_entries", "Entries under an anchor.", status.anchored_size)
        lag = status.anchor_lag(self._now)
        yield _gauge("anchor_lag_seconds", "Age of the oldest entry without an anchor.", lag)
        yield _gauge("worker_stopped", "1 if the worker has stopped.", int(worker.stop is not None))
        yield _gauge("worker_waits", "1 if the last round failed.", int(worker.waits is not None))
        if worker.last_round is not None:
            age = self._now - worker.last_round
            yield _gauge("worker_round_age_seconds", "Since a round ended well.", age)
        if worker.head is not None:
            yield _gauge("chain_head_block", "Newest block that was seen.", worker.head.number)
            age = self._now - worker.head.time
            yield _gauge("chain_head_age_seconds", "Age of that block, by its own time.", age)
            ahead = "Of this machine's clock, before the chain's time; below 0 if behind."
            yield _gauge("clock_skew_seconds", ahead, worker.clock_skew)
        if status.index_as_of is not None:
            number = status.index_as_of.number
            yield _gauge("index_block", "Last block that the index has read.", number)
        if worker.relayer is not None:
            funds = worker.relayer
            yield _gauge("relayer_balance_wei", "What the relayer has.", funds.balance)
            yield _gauge("relayer_transactions", "How many more it pays.", funds.transactions)
            yield _gauge("gas_price_wei", "Price of a unit of gas.", funds.price)
        spent = "Paid for gas in 30 days, or to be paid for what is under way."
        yield _gauge("relayer_spent_wei", spent, status.relayer_spent)
        yield _gauge("imports_under_way", "Imports not ended.", status.imports_under_way)
        lost = "Work that was settled and that the chain has lost."
        yield _gauge("jobs_disputed", lost, status.disputed)
        if status.free_bytes is not None:
            yield _gauge("disk_free_bytes", "Left on the disk with the content.", status.free_bytes)
        if status.copies is not None:
            of_others = "Copies of other members' open content"
            yield _gauge("copies", f"{of_others}.", status.copies.files)
            yield _gauge("copies_bytes", f"Bytes of {of_others}.", status.copies.size_bytes)
            yield _gauge("copies_lacking", f"{of_others} that lack.", status.copies_lacking)
        answered = "Answered with a problem since the start."
        yield _counted("refused_requests", answered, "problem", self._refused)
        ended = "Cut or sent away since the start, for want of room or speed."
        yield _counted("cut_connections", ended, "reason", self._cut)
        about = "Alarms about members of the consortium."
        yield _gauges("consortium_alarms", about, "kind", self._alarms)
        yield _by_state("jobs", "Work for the chain.", status.jobs)
        yield _by_state("registrations", "Registrations of this library.", status.registrations)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"muhr_{name}", says, value=value)


def _counted(name: str, says: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"muhr_{name}", says, labels=[label])
    for word, count in sorted(dict(counts).items()):
        family.add_metric([word], count)
    return family


def _gauges(name: str, says: str, label: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"muhr_{name}", says, labels=[label])
    for word, count in sorted(counts.items()):
        family.add_metric([word], count)
    return family


def _by_state(name: str, says: str, counts: dict[str, int]) -> GaugeMetricFamily:
    return _gauges(name, says, "state", {str(state): count for state, count in counts.items()})
