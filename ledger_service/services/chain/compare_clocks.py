"""Compare this machine's clock with the chain's time, and tell when the clock is behind."""

from __future__ import annotations

from ledger_service.domain.reasons import Reason
from ledger_service.services.library import Library

CLOCK_TOLERANCE_SECONDS = 60
BLOCKS_COMPARED = (
    100  # an embedded chain follows a clock that was set back, so the newest is not enough
)


def seconds_behind(library: Library) -> int:
    """Return by how much the clock is behind the chain's time; 0 within the tolerance.

    A head that is old shows nothing: a chain may stand still.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        blocks = transaction.chain_index.recent_blocks(BLOCKS_COMPARED)
    newest = max(block.time for block in [library.chain.head(), *blocks])
    behind = newest - library.clock()
    return behind if behind > CLOCK_TOLERANCE_SECONDS else 0


def clock_warnings(library: Library) -> list[Reason]:
    """Return what the operator must be told of the clock.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    behind = seconds_behind(library)
    return [Reason("clock-behind", {"seconds": behind})] if behind else []
