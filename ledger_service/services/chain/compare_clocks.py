"""Compare this machine's clock with the chain's time, and tell when one is ahead of the other."""

from __future__ import annotations

from ledger_service.domain.chain.block import Block
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState
from ledger_service.services.library import Library

CLOCK_TOLERANCE_SECONDS = 60
BLOCKS_COMPARED = (
    100  # an embedded chain follows a clock that was set back, so the newest is not enough
)


def seconds_behind(library: Library) -> int:
    """Return by how much the clock is behind the chain's time; 0 within the tolerance.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    return _seconds_behind(library, library.chain.head())


def clock_skew(library: Library, head: Block, before: WorkerState) -> int:
    """Return by how much the clock is ahead of the chain's time: below 0 if behind, 0 within the tolerance.

    An old head shows nothing by itself, because a chain may stand still. But a block that came since the
    worker's last look was made since then; if it says an earlier time, the clock is ahead by so much.

    before: what the worker told last; its word stands until a block comes.
    """
    if behind := _seconds_behind(library, head):
        return -behind
    if before.head is None or before.last_round is None:
        return 0
    if head.number <= before.head.number:
        return max(0, before.clock_skew)
    ahead = before.last_round - head.time
    return ahead if ahead > CLOCK_TOLERANCE_SECONDS else 0


def clock_warnings(skew: int) -> list[Reason]:
    """Return what the operator must be told of the clock. skew: see clock_skew."""
    if skew > 0:
        return [Reason("clock-ahead", {"seconds": skew})]
    return [Reason("clock-behind", {"seconds": -skew})] if skew < 0 else []


def _seconds_behind(library: Library, head: Block) -> int:
    with library.store.read() as transaction:
        blocks = transaction.chain_index.recent_blocks(BLOCKS_COMPARED)
    newest = max(block.time for block in [head, *blocks])
    behind = newest - library.clock()
    return behind if behind > CLOCK_TOLERANCE_SECONDS else 0
