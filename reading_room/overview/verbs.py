"""Tell how a library is."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.job import JobState
from ledger_service.domain.errors import Unavailable
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState
from ledger_service.services.chain.watch_relayer import RelayerFunds, relayer_funds
from ledger_service.services.library import Library

LONGEST_REST_SECONDS = 60
"""Without a round that ended well, or without a block while one is waited for; then it is told."""


@dataclass(frozen=True)
class LibraryStatus:
    """How a library is. head: of its chain, None if it is away, which problem then tells of.

    worker: what it told last. relayer: None if the chain is away, or nothing was sent yet.
    index_as_of: the last block that the index has read. Sizes are of the ledger, in entries; jobs and
    registrations are counted by their state.
    """

    head: Block | None
    problem: Reason | None
    worker: WorkerState
    relayer: RelayerFunds | None
    index_as_of: Block | None
    ledger_size: int
    checkpoint_size: int
    anchored_size: int
    jobs: dict[str, int]
    imports_under_way: int
    registrations: dict[str, int]

    def warnings(self, now: int) -> list[Reason]:
        """Return what an operator must look at. now: the library's time.

        A chain that makes blocks on demand has an old head while nothing is sent, so the age of the
        head is a warning only while transactions wait for a block.
        """
        found = []
        last, head = self.worker.last_round, self.head
        if last is None:
            found.append(Reason("worker-rests.never"))
        elif now - last > LONGEST_REST_SECONDS:
            found.append(Reason("worker-rests", {"seconds": now - last}))
        waits = self.jobs.get(JobState.SUBMITTED, 0)
        if head is not None and waits and now - head.time > LONGEST_REST_SECONDS:
            found.append(Reason("chain-stalled", {"seconds": now - head.time, "jobs": waits}))
        return found


def library_status(library: Library) -> LibraryStatus:
    """Return how the library is: chain, ledger, work under way. A chain that is away is no failure."""
    head, problem, relayer = None, None, None
    try:
        head = library.chain.head()
        relayer = relayer_funds(library)
    except Unavailable as exc:
        problem = exc.reason
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        latest = transaction.checkpoints.latest()
        anchored = transaction.checkpoints.latest_anchored()
        return LibraryStatus(
            head,
            problem,
            worker=transaction.worker_state.read(),
            relayer=relayer,
            index_as_of=cursor[0] if cursor else None,
            ledger_size=transaction.ledger.size(),
            checkpoint_size=latest.size if latest else 0,
            anchored_size=anchored.size if anchored else 0,
            jobs=transaction.jobs.count_by_state(),
            imports_under_way=len(transaction.imports.open_ids()),
            registrations=transaction.registrations.count_by_state(),
        )
