"""The worker's step: read what the council told since the last time, so that no page asks a node."""

from __future__ import annotations

import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from ledger_service.domain.chain.block import Block
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import DeploymentMismatch
from ledger_service.ports.consortium.council import CouncilReader
from ledger_service.services.library import Library
from reading_room.consortium.ports import ReadTo
from reading_room.consortium.sql import SqlCouncil

LOOK_SECONDS = 15  # between two looks for what the council told
BLOCKS_A_TIME = 50_000  # read at most before what was found is kept

_due: WeakKeyDictionary[CouncilReader, float] = WeakKeyDictionary()


def work(library: Library, stops: Callable[[], bool]) -> None:
    """Do what is due now: nothing for a library that is alone, or whose council is none of ours."""
    charter, council = library.charter, library.council
    if charter is None or council is None or not charter.has_council:
        return
    if time.monotonic() < _due.get(council, 0.0):
        return
    _due[council] = time.monotonic() + LOOK_SECONDS
    read_council(library, charter, council, stops)


def read_council(
    library: Library, charter: Charter, council: CouncilReader, stops: Callable[[], bool]
) -> None:
    """Read the council's events up to the block up to which the contracts' events were read.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        before = transaction.room(SqlCouncil).read_to()
    if cursor is None:
        return
    last = cursor[0]
    if before is not None and not _goes_on(library, charter, before):
        with library.store.write() as transaction:
            transaction.room(SqlCouncil).clear()
        before = None
    first = charter.first_block if before is None else before.block.number + 1
    while first <= last.number and not stops():
        end = min(last.number, first + BLOCKS_A_TIME - 1)
        block = last if end == last.number else library.chain.block(end)
        events = list(council.events(charter, first, end))
        with library.store.write() as transaction:
            transaction.room(SqlCouncil).add(events, ReadTo(charter.digest, block))
        first = end + 1


def _goes_on(library: Library, charter: Charter, before: ReadTo) -> bool:
    """Return whether what was read is of this council, and still stands on the chain."""
    if before.charter != charter.digest:
        return False
    try:
        found: Block = library.chain.block(before.block.number)
    except DeploymentMismatch:  # the chain is shorter now
        return False
    return found.hash == before.block.hash
