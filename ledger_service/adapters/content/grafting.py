"""Take a file of somebody else's, block by block, into our store: what is there is not asked for again.

Leaves are kept as they come, so that whoever is stopped goes on where they were. Nodes are kept last, the
root after all others, once the whole is found to have the digest that it should have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import decode_file_node
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidDag
from ipfs.protocols import BlockStore
from ipfs.shape import UNIXFS_V1_2025
from ipfs.unixfs import read_file

_SHAPE = UNIXFS_V1_2025
BATCH_BLOCKS = 16  # of at most 1 MiB each, that are lost if it is stopped

Check = Callable[[int], None]
"""Is told how many bytes a file has before its leaves are asked for; raises to stop."""


class Graft:
    """Brings one file. get: returns a block, unchecked; what it raises passes through."""

    def __init__(self, blocks: BlockStore, get: Callable[[Cid], bytes]) -> None:
        self._blocks = blocks
        self._ask = get
        self._nodes: dict[Cid, bytes] = {}
        self._waiting: dict[Cid, bytes] = {}
        self._new: list[Cid] = []

    def bring(self, root: Cid, digest: bytes, check: Check) -> int:
        """Return how many bytes the file has, once all of it is kept.

        Raises:
            BlockCorrupt: a block is not the one of its CID, or the file has not this digest (32 bytes).
            InvalidDag: it has not the form of our profile.
        """
        top = self._block(root)
        links = decode_file_node(top, _SHAPE.width) if root.codec == DAG_PB else []
        size = sum(link.size_bytes for link in links) if links else len(top)
        height = _SHAPE.height(size)
        check(size)
        if root.codec == RAW:
            self._waiting[root] = top
        else:
            self._take_node(root, top, height, size)
        try:
            for leaf in self._leaves(root):
                self._take_leaf(leaf)
        finally:
            self._flush()  # what came is not asked for again
        if self._digest(root) != digest:
            for leaf in self._new:
                self._blocks.remove(leaf)
            raise BlockCorrupt(f"{root} has not the bytes that were registered")
        if self._nodes:
            self._keep(self._nodes)
        return size

    def _take_node(self, cid: Cid, node: bytes, height: int, size: int) -> None:
        """Take a node and those below it, each where the profile has one: so none is asked for in vain."""
        links = decode_file_node(node, _SHAPE.width)
        sizes = [link.size_bytes for link in links]
        if height == 0 or sizes != _SHAPE.child_sizes(height, size):
            raise InvalidDag(f"{cid} does not divide its bytes as the profile does")
        for link in links:
            if (link.cid.codec == RAW) != (height == 1):
                raise InvalidDag(
                    f"{link.cid} is a leaf where the profile has a node, or a node for it"
                )
            if height > 1:
                self._take_node(link.cid, self._block(link.cid), height - 1, link.size_bytes)
        self._nodes[cid] = node  # after those below it

    def _leaves(self, cid: Cid) -> Iterator[Cid]:
        if cid.codec != DAG_PB:
            yield cid
            return
        for link in decode_file_node(self._nodes[cid], _SHAPE.width):
            yield from self._leaves(link.cid)

    def _take_leaf(self, cid: Cid) -> None:
        if cid in self._waiting or self._kept(cid) is not None:
            return
        self._waiting[cid] = self._asked(cid)
        if len(self._waiting) >= BATCH_BLOCKS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._keep(self._waiting)
            self._new += self._waiting
            self._waiting = {}

    def _keep(self, blocks: dict[Cid, bytes]) -> None:
        with self._blocks.stage() as staging:
            for cid, block in blocks.items():
                staging.put(cid, block)
            staging.commit()

    def _block(self, cid: Cid) -> bytes:
        kept = self._kept(cid)
        return self._asked(cid) if kept is None else kept

    def _kept(self, cid: Cid) -> bytes | None:
        try:
            return self._blocks.get(cid)
        except BlockNotFound:
            return None
        except BlockCorrupt:  # some stores take no block in the place of a damaged one
            self._blocks.remove(cid)
            return None

    def _asked(self, cid: Cid) -> bytes:
        block = self._ask(cid)
        if not cid.is_of(block):
            raise BlockCorrupt(f"these are not the bytes of {cid}")
        return block

    def _digest(self, root: Cid) -> bytes:
        whole = hashlib.sha256()
        for piece in read_file(self._get_kept, root):
            whole.update(piece)
        return whole.digest()

    def _get_kept(self, cid: Cid) -> bytes:
        return self._nodes.get(cid) or self._blocks.get(cid)
