"""Which block holds which chunk of a file, for whoever reads chunks here and there.

The nodes above the leaves are fetched, checked by their hash, and remembered in a compact form.
Leaves are only named: the caller fetches and checks them. See unixfs for reading files whole.
"""

from functools import lru_cache
from typing import Final

from ipfs.cid import DAG_PB, DIGEST_BYTES, RAW, Cid
from ipfs.dag_pb import decode_file_node
from ipfs.errors import InvalidDag
from ipfs.shape import UNIXFS_V1_2025, Shape
from ipfs.unixfs import Get

NODES_HELD: Final = 64
"""Nodes remembered for all files together, of at most 32 KiB each in the profile."""


class Leaves:
    """Finds leaves by their number. Safe to share between threads, as lru_cache is."""

    def __init__(self, get: Get, shape: Shape = UNIXFS_V1_2025) -> None:
        self._get = get
        self._shape = shape
        self._node = lru_cache(NODES_HELD)(self._read_node)

    def find(self, root: Cid, size_bytes: int, number: int) -> Cid:
        """Return the CID of a leaf of a file of this size. number: from 0, below the count of its chunks.

        Raises InvalidDag if the file has another size or form, and whatever get raises.
        """
        height = self._shape.height(size_bytes)
        self._check_codec(root, height)
        cid, rest = root, number
        while height:
            digests = self._node(cid, height, size_bytes)
            leaves = self._shape.width ** (height - 1)  # below each full child
            child, rest = divmod(rest, leaves)
            size_bytes = self._shape.child_sizes(height, size_bytes)[child]
            height -= 1
            digest = digests[child * DIGEST_BYTES : (child + 1) * DIGEST_BYTES]
            cid = Cid(DAG_PB if height else RAW, digest)
        return cid

    def _read_node(self, cid: Cid, height: int, size_bytes: int) -> bytes:
        """Return the digests of a node's children, one after another. Raises InvalidDag."""
        links = decode_file_node(self._get(cid), self._shape.width)
        if [link.size_bytes for link in links] != self._shape.child_sizes(height, size_bytes):
            raise InvalidDag(f"{cid} does not divide {size_bytes} bytes as the profile does")
        for link in links:
            self._check_codec(link.cid, height - 1)
        return b"".join(link.cid.digest for link in links)

    def _check_codec(self, cid: Cid, height: int) -> None:
        if (cid.codec == RAW) != (height == 0):
            raise InvalidDag(f"{cid} is a leaf where the profile has a node, or a node for a leaf")
