"""What the worker tells of itself, and the border that heeds it.

A worker that finds other evidence than the library had writes nothing more, and what is accepted then
can never be anchored. So it stores why it stopped, and nothing is accepted until a round ends well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from ledger_service.domain.errors import LedgerError, WorkerStopped
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState
from ledger_service.ports.store import Store, Transaction
from ledger_service.ports.verification import QuickReads
from ledger_service.services.chain.accounts.keep_budget import budget_warnings
from ledger_service.services.chain.compare_clocks import clock_skew
from ledger_service.services.chain.watch_relayer import relayer_funds
from ledger_service.services.library import Library

SECONDS_BETWEEN_ROUNDS_TOLD = 5


def tell_stop(library: Library, error: LedgerError) -> None:
    """Store why the worker does not go on; the time is that of the first stop for this reason."""
    with library.store.write() as transaction:
        state = transaction.worker_state.read()
        if state.stop != error.reason:
            stopped = replace(state, stop=error.reason, stopped_at=library.clock())
            transaction.worker_state.replace(stopped)


def tell_round(library: Library, warnings: Sequence[Reason] = ()) -> None:
    """Store that a round has ended well, and what it saw; often enough, not each time.

    Whoever asks for the library's status gets this, so that no request waits for a chain node.

    warnings: what the worker saw beside, such as that nobody may register.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    now = library.clock()
    with library.store.read() as transaction:
        state = transaction.worker_state.read()
    told = state.last_round is not None and (
        0 <= now - state.last_round < SECONDS_BETWEEN_ROUNDS_TOLD
    )
    warnings = (*warnings, *budget_warnings(library))
    is_other = state.stop is not None or state.waits is not None or warnings != state.warnings
    if is_other or not told:
        head, funds = library.chain.head(), relayer_funds(library)
        skew = clock_skew(library, head, state)
        seen = WorkerState(now, head=head, relayer=funds, clock_skew=skew, warnings=warnings)
        with library.store.write() as transaction:
            transaction.worker_state.replace(seen)


def tell_wait(library: Library, error: LedgerError) -> None:
    """Store why a round could not go on; what was seen before stays."""
    with library.store.write() as transaction:
        state = transaction.worker_state.read()
        if state.waits != error.reason:
            transaction.worker_state.replace(replace(state, waits=error.reason))


class HeedingStore:
    """The store that a server's requests are given: it takes no write while the worker is stopped."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def quick(self) -> QuickReads:
        return self._store.quick

    def read(self) -> AbstractContextManager[Transaction]:
        return self._store.read()

    def changes(self) -> str:
        return self._store.changes()

    def wipe(self) -> bool:
        return self._store.wipe()

    def rewrite(self) -> None:
        self._store.rewrite()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Yield a write transaction; see ports.Store.

        Raises:
            WorkerStopped: asked in the transaction itself, so that none begins after a stop is stored.
        """
        with self._store.write() as transaction:
            stop = transaction.worker_state.read().stop
            if stop is not None:
                raise WorkerStopped(why=stop)
            yield transaction
