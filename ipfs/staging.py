"""Blocks on their way into a store on disk: written apart, then moved in together.

Every file is on the disk, whole, before commit moves any. Leaves are moved first and made
durable, then nodes in the order they were put, so that at no moment, and after no crash, does a
node stand in the store without the blocks below it.
"""

import os
from pathlib import Path

from ipfs.block_folder import MAX_BLOCK_BYTES, BlockFolder
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.disk import Syncing, translated_errors, write_new_file
from ipfs.errors import InvalidDag, StoreUnavailable
from ipfs.protocols import BytesLike


class FileStaging:
    """The Staging of a FileBlockStore, which makes it, locks its folder, and removes it."""

    def __init__(self, blocks: BlockFolder, folder: Path) -> None:
        """folder: empty, on the same file system as the blocks, and nobody else's."""
        self._blocks = blocks
        self._folder = folder
        self._leaves = 0
        self._nodes: list[Cid] = []
        self._shards: dict[int, set[str]] = {RAW: set(), DAG_PB: set()}
        self._syncing = Syncing()
        self._closed = False

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Write a block beside the store; the disk takes it meanwhile, or at last in commit.

        A sound block that the store has already is kept, and a damaged one is replaced by commit.
        The CID is taken at its word, since the caller has just hashed the data; a wrong one costs
        a BlockCorrupt at the next get and can displace no sound block. Raises InvalidDag above
        2 MiB, StoreFull, StoreUnavailable.
        """
        self._check_open()
        size = memoryview(data).nbytes
        if size > MAX_BLOCK_BYTES:
            raise InvalidDag(f"block {cid} has {size} bytes, and {MAX_BLOCK_BYTES} is the most")
        with translated_errors(self._folder):
            kept = self._blocks.is_sound(cid)
            written = None if kept else write_new_file(self._folder / cid.base16(), data)
            if written is not None:
                self._syncing.add(written)
        # Kept blocks are synced as well: whoever moved them in may not have come to that yet.
        self._shards[cid.codec].add(self._blocks.shard(cid))
        if written is not None and cid.codec == RAW:
            self._leaves += 1
        elif written is not None:
            self._nodes.append(cid)

    def commit(self) -> None:
        """Move every block in and wait until the disk has them all. Once only.

        Raises StoreFull, StoreUnavailable; blocks moved until then stay, and do no harm.
        """
        self._check_open()
        self._closed = True
        with translated_errors(self._folder):
            self._syncing.finish()
            self._place_leaves()
            self._blocks.sync(self._shards[RAW])
            for cid in self._nodes:
                self._blocks.place(self._folder / cid.base16(), cid)
            self._blocks.sync(self._shards[DAG_PB])

    def close(self) -> None:
        """Take no more blocks."""
        self._closed = True
        self._syncing.close()

    def _place_leaves(self) -> None:
        # Leaves are found by listing, not remembered, because a large file has a million of them.
        placed = 0
        with os.scandir(self._folder) as entries:
            for entry in entries:
                cid = Cid.parse(entry.name)
                if cid.codec != DAG_PB:
                    self._blocks.place(Path(entry.path), cid)
                    placed += 1
        if placed != self._leaves:
            raise StoreUnavailable(f"blocks have vanished from {self._folder}; put the file again")

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this staging is over; open another with stage()")
