"""Follow the chain: read the events of confirmed blocks into the index, and notice when it changed.

The index keeps each block's hash. When the chain no longer has a block that was read, the index goes
back to the last block that both have; when none is left within the depth kept, or the contracts are
gone, the chain is another one, and following stops.
"""

from __future__ import annotations

from ledger_service.domain.chain.history import Block
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable, DeploymentMismatch
from ledger_service.services.library import Library

BLOCKS_A_READ = 2000
DEEPEST_REORGANIZATION = 128  # reads that the index can go back


def follow_chain(library: Library, first_block: int) -> int:
    """Return how many events were read; the index then ends at the newest confirmed block.

    first_block: where the contracts were deployed.

    Raises:
        DeploymentMismatch: the chain has none of the blocks that were read last.
        ChainUnavailable, ChainEvidenceMissing: see ports.Chain.events.
    """
    _rewind_reorganized(library)
    newest = library.chain.head().number - (library.limits.confirmations - 1)
    count = 0
    while True:
        with library.store.read() as transaction:
            cursor = transaction.chain_index.cursor()
        start = cursor[0].number + 1 if cursor else first_block
        if start > newest:
            return count
        end = min(newest, start + BLOCKS_A_READ - 1)
        block = library.chain.block(end)
        try:
            events, totals = library.chain.events(start, end, cursor[1] if cursor else {})
        except ChainEvidenceMissing as exc:
            _check_unchanged(library, [block, *([cursor[0]] if cursor else [])], exc)
            raise
        _check_unchanged(library, [block])
        with library.store.write() as transaction:
            standing = transaction.chain_index.cursor()
            if (standing[0].number if standing else None) != (cursor[0].number if cursor else None):
                return count  # another worker read on meanwhile
            transaction.chain_index.add(block, totals, events)
        count += len(events)


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
            with library.store.write() as transaction:
                transaction.chain_index.rewind_to(block.number)
            return
    if len(blocks) < DEEPEST_REORGANIZATION:
        # Those were all the reads there ever were: if the contracts stand, the chain is read anew.
        library.chain.check_deployment()
        with library.store.write() as transaction:
            transaction.chain_index.rewind_to(-1)
        return
    raise DeploymentMismatch("chain-lost")


def _stands(library: Library, block: Block) -> bool:
    try:
        return library.chain.block(block.number).hash == block.hash
    except DeploymentMismatch:  # the chain is shorter than that now
        return False
