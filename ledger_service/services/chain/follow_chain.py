"""Follow the chain: read the events of confirmed blocks into the index, and notice when it changed.

The index keeps each block's hash. When the chain no longer has a block that was read, the index goes
back to the last block that both have, and begins anew when none is left within the depth kept. When the
contracts are gone, the chain is another one, and following stops.
"""

from __future__ import annotations

import logging

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable, DeploymentMismatch
from ledger_service.ports.chain import EventTotals
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.newest_confirmed import newest_confirmed
from ledger_service.services.chain.settle_job import recall_jobs
from ledger_service.services.library import Library

logger = logging.getLogger(__name__)

BLOCKS_A_READ = 2000
EVENTS_HELD = 5000  # in memory, before they are added to the index
DEEPEST_REORGANIZATION = 128  # reads that the index can go back


def follow_chain(library: Library, first_block: int) -> int:
    """Return how many events were read; the index then ends at the newest confirmed block.

    A node may keep the state of its newest blocks only. So everything up to the newest confirmed block is
    read first, and that nothing is missing is checked once, there; before that nobody is told of it.

    first_block: where the contracts were deployed.

    Raises:
        DeploymentMismatch: the chain has none of the blocks that were read last, nor the contracts.
        ChainUnavailable: see ports.ChainReader.
        ChainEvidenceMissing: two readings, one after the other, lack what the contracts count.
    """
    try:
        return _read_on(library, first_block)
    except ChainEvidenceMissing as exc:
        # A node that takes up a fork may mix both sides in its answers, and soon shows one of them alone.
        logger.warning("reading the newest blocks again: %s", exc)
        return _read_on(library, first_block)


def _read_on(library: Library, first_block: int) -> int:
    _rewind_reorganized(library)
    newest = newest_confirmed(library)
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
    start = cursor[0].number + 1 if cursor else first_block
    if start > newest:
        return 0
    reading = _Reading(library, cursor)
    while start <= newest:
        end = min(newest, start + BLOCKS_A_READ - 1)
        if not reading.read(start, end):
            return 0
        start, newest = end + 1, max(newest, newest_confirmed(library))
    return reading.finish()


class _Reading:
    """Events on their way into the index, from the cursor on: read, added, and checked at the end.

    Args:
        cursor: where the index ended when the reading began, and the totals after that block.
    """

    def __init__(self, library: Library, cursor: tuple[Block, EventTotals] | None) -> None:
        self._library = library
        self._cursor = cursor[0] if cursor else None
        self._totals: EventTotals = cursor[1] if cursor else {}
        self._ends: list[tuple[Block, EventTotals]] = []
        self._events: list[ChainEvent] = []
        self._count = 0
        self._has_added = False

    def read(self, first: int, last: int) -> bool:
        """Read the events of these blocks; what memory should not hold is added to the index.

        Returns False if another worker has read on meanwhile.
        """
        chain = self._library.chain
        try:
            block = chain.block(last)
        except DeploymentMismatch as exc:  # it has become shorter since its head was asked for
            raise ChainUnavailable("changed-meanwhile") from exc
        for events, totals in chain.read_events(first, last, self._totals):
            self._totals = totals
            self._events += events
            self._count += len(events)
            if len(self._events) >= EVENTS_HELD:
                with self._library.store.write() as transaction:
                    if not self._add(transaction):
                        return False
        self._ends.append((block, self._totals))
        return True

    def finish(self) -> int:
        """Check that nothing is missing, move the index up, and return how many events were read."""
        library, (last, totals) = self._library, self._ends[-1]
        try:
            library.chain.check_totals(last.number, totals)
        except ChainEvidenceMissing as exc:
            blocks = [block for block, _ in self._ends]
            _check_unchanged(library, blocks + ([self._cursor] if self._cursor else []), exc)
            raise
        _check_unchanged(library, [block for block, _ in self._ends])
        # Whatever is settled or adopted stands in a block that the index has read, so this is enough.
        library.chain.keep()
        with library.store.write() as transaction:
            if not self._add(transaction):
                return 0
            for block, totals in self._ends:
                transaction.chain_index.advance(block, totals)
        return self._count

    def _add(self, transaction: Transaction) -> bool:
        standing = transaction.chain_index.cursor()
        if (standing[0] if standing else None) != self._cursor:
            return False
        if not self._has_added:  # a read that was killed may have left some
            transaction.chain_index.rewind_to(self._cursor.number if self._cursor else -1)
            self._has_added = True
        transaction.chain_index.add(self._events)
        self._events = []
        return True


def _check_unchanged(library: Library, blocks: list[Block], cause: Exception | None = None) -> None:
    """Raise ChainUnavailable, to read again, unless the chain still has these blocks."""
    if not all(_stands(library, block) for block in blocks):
        raise ChainUnavailable("changed-meanwhile") from cause


def _rewind_reorganized(library: Library) -> None:
    with library.store.read() as transaction:
        blocks = transaction.chain_index.recent_blocks(DEEPEST_REORGANIZATION)
    if not blocks or _stands(library, blocks[0]):
        return
    for block in blocks[1:]:
        if _stands(library, block):
            _rewind(library, block.number)
            return
    # None of the reads that are kept stands: if the contracts do, the chain is read anew.
    library.chain.check_deployment()
    _rewind(library, -1)


def _rewind(library: Library, block: int) -> None:
    """Forget what was read above a block, and look again at every job that ended there."""
    with library.store.write() as transaction:
        transaction.chain_index.rewind_to(block)
        count = recall_jobs(library.effects, transaction, block, library.clock())
    logger.log(
        logging.ERROR if count else logging.WARNING,
        "the chain has lost its blocks above %d: %d jobs that were settled are disputed, and sent again",
        block,
        count,
    )


def _stands(library: Library, block: Block) -> bool:
    try:
        return library.chain.block(block.number).hash == block.hash
    except DeploymentMismatch:  # the chain is shorter than that now
        return False
