"""How the bytes of a file are arranged in a balanced tree, as numbers only.

The size of a file fixes its whole tree: how high it is, how many links each node has, how many
bytes lie under each link. The builder follows these numbers and the reader refuses any tree that
does not, so a file has one CID, and a hostile tree cannot be deeper, wider or emptier than an
honest one. Source: IPIP-499 (profile unixfs-v1-2025), balanced layout.
"""

from dataclasses import dataclass
from typing import Final

from ipfs.errors import InvalidDag


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a balanced layout.

    chunk_bytes: bytes in every leaf but the last. width: the most links a node has. max_height:
    the most levels of nodes above the leaves; it bounds what a reader can be made to fetch.
    """

    chunk_bytes: int
    width: int
    max_height: int

    @property
    def max_file_bytes(self) -> int:
        """The largest file this shape holds, in bytes."""
        return self._span_bytes(self.max_height)

    def height(self, size_bytes: int) -> int:
        """Return the levels of nodes above the leaves: 0 for a file that is one raw block.

        Raises InvalidDag above max_file_bytes.
        """
        for height in range(self.max_height + 1):
            if size_bytes <= self._span_bytes(height):
                return height
        raise InvalidDag(f"{size_bytes} bytes is more than the {self.max_file_bytes} allowed")

    def child_sizes(self, height: int, size_bytes: int) -> list[int]:
        """Return the bytes of the file under each link of a node, first link first.

        height: of the node, 1 if its links are leaves. size_bytes: under the node, at least 1 and
        at most what a node of this height spans.
        """
        span = self._span_bytes(height - 1)
        full, rest = divmod(size_bytes, span)
        return [span] * full + ([rest] if rest else [])

    def _span_bytes(self, height: int) -> int:
        return self.chunk_bytes * int(self.width**height)


UNIXFS_V1_2025: Final = Shape(chunk_bytes=1 << 20, width=1024, max_height=2)
"""Profile unixfs-v1-2025: leaves of 1 MiB, 1,024 links a node; files up to 1 TiB are handled."""
