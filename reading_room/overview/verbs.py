"""Tell how a library is."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.job import JobState
from ledger_service.domain.errors import ContentStoreUnavailable
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState
from ledger_service.ports.consortium.copies import CopiesHeld
from ledger_service.services.chain.accounts.keep_budget import PERIOD_SECONDS
from ledger_service.services.chain.compare_clocks import clock_warnings
from ledger_service.services.chain.watch_relayer import relayer_warnings
from ledger_service.services.library import Library
from ledger_service.services.limits import Limits


@dataclass(frozen=True)
class LibraryStatus:
    """How a library is, by what its worker told last: no one who asks waits for a chain node.

    index_as_of: the last block that the index has read. Sizes are of the ledger, in entries; waits_since:
    when the oldest entry without an anchor was written; disputed: how many jobs are under way again because
    the chain has lost what they did; free_bytes: of the disk with the content, None if it cannot be read.
    relayer_spent: wei that were paid for gas in 30 days, or may be for what is under way.
    epochs_asked: how many new keys of closed content are asked for, and how many could not be made yet.
    copies: of other members' open content, None for a library that is alone; copies_lacking: how many more
    are to be here, and could not be got.
    Jobs and registrations are counted by their state.
    """

    worker: WorkerState
    index_as_of: Block | None
    ledger_size: int
    checkpoint_size: int
    anchored_size: int
    waits_since: int | None
    disputed: int
    jobs: dict[str, int]
    imports_under_way: int
    registrations: dict[str, int]
    free_bytes: int | None
    epochs_asked: tuple[int, int] = (0, 0)
    relayer_spent: int = 0
    copies: CopiesHeld | None = None
    copies_lacking: int = 0

    def warnings(self, now: int, limits: Limits) -> list[Reason]:
        """Return what an operator must look at. now: the library's time.

        A chain that makes blocks on demand has an old head while nothing is sent, so the age of the
        head is a warning only while transactions wait for a block.
        """
        found = []
        last, head = self.worker.last_round, self.worker.head
        if last is None:
            found.append(Reason("worker-rests.never"))
        elif now - last > limits.rest_seconds:
            found.append(Reason("worker-rests", {"seconds": now - last}))
        waiting = self.jobs.get(JobState.SUBMITTED, 0)
        if head is not None and waiting and now - head.time > limits.rest_seconds:
            found.append(Reason("chain-stalled", {"seconds": now - head.time, "jobs": waiting}))
        if self.disputed:
            found.append(Reason("settled-and-lost", {"count": self.disputed}))
        if self.epochs_asked[1]:
            found.append(Reason("epochs-wait", {"count": self.epochs_asked[1]}))
        if self.copies_lacking:
            found.append(Reason("copies-lack", {"count": self.copies_lacking}))
        lag = self.anchor_lag(now)
        if lag > limits.lag_seconds:
            count = self.ledger_size - self.anchored_size
            found.append(Reason("anchor-lags", {"seconds": lag, "count": count}))
        if self.worker.relayer is not None:
            found += relayer_warnings(self.worker.relayer, limits)
        return [*found, *clock_warnings(self.worker.clock_skew), *self.worker.warnings]

    def anchor_lag(self, now: int) -> int:
        """Return for how many seconds the oldest entry without an anchor has waited."""
        return 0 if self.waits_since is None else max(0, now - self.waits_since)


def library_status(library: Library) -> LibraryStatus:
    """Return how the library is: chain, ledger, work under way."""
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        latest = transaction.checkpoints.latest()
        anchored = transaction.checkpoints.latest_anchored()
        anchored_size = anchored.size if anchored else 0
        waiting = transaction.ledger.entries(anchored_size, 1)
        return LibraryStatus(
            worker=transaction.worker_state.read(),
            index_as_of=cursor[0] if cursor else None,
            ledger_size=transaction.ledger.size(),
            checkpoint_size=latest.size if latest else 0,
            anchored_size=anchored_size,
            waits_since=Entry.parse(waiting[0]).at if waiting else None,
            disputed=transaction.jobs.count_recalled(),
            jobs=transaction.jobs.count_by_state(),
            imports_under_way=len(transaction.imports.open_ids()),
            registrations=transaction.registrations.count_by_state(),
            free_bytes=_free_bytes(library),
            epochs_asked=transaction.stored.count_asked(),
            relayer_spent=transaction.jobs.spent_since(library.clock() - PERIOD_SECONDS),
            copies=None if library.charter is None else transaction.member_copies.held(),
            copies_lacking=transaction.member_copies.lacking(),
        )


def _free_bytes(library: Library) -> int | None:
    try:
        return library.content.free_bytes()
    except ContentStoreUnavailable:  # the rest is told all the same
        return None
