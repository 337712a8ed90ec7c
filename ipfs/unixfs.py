"""Files to blocks and back, in profile unixfs-v1-2025.

FileBuilder turns a stream into blocks and one CID with one chunk in memory; read_file turns a CID
into the bytes of a range, fetching only the blocks that range needs. Neither keeps blocks: they
are handed a function that puts and one that gets. Directories are not supported. Source: IPIP-499;
tests/vectors/ipfs/unixfs-v1-2025.json.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import Link, decode_file_node, encode_file_node
from ipfs.errors import InvalidDag
from ipfs.protocols import BytesLike
from ipfs.shape import UNIXFS_V1_2025, Shape

Put: TypeAlias = Callable[[Cid, BytesLike], None]
"""Takes a block. The bytes are lent for the length of the call: copy them to keep them."""

Get: TypeAlias = Callable[[Cid], bytes]
"""Returns a block whose SHA-256 it has checked, as BlockStore.get does."""


class FileBuilder:
    """Builds the blocks of one file from bytes written in pieces of any size.

    Holds one chunk (1 MiB) and, for each level of the tree, the links of one node (1,024).
    Each byte of the file is hashed once. The CID depends on the bytes alone, not on the pieces.
    """

    def __init__(self, put: Put, *, shape: Shape = UNIXFS_V1_2025) -> None:
        """put: called once for each block, children before their parents, the root last."""
        self._put = put
        self._shape = shape
        self._chunk = bytearray(shape.chunk_bytes)
        self._filled = 0
        self._levels: list[list[Link]] = [[]]
        self._size_bytes = 0
        self._finished = False

    @property
    def size_bytes(self) -> int:
        """The bytes written so far."""
        return self._size_bytes

    def write(self, data: BytesLike) -> None:
        """Add the next bytes of the file.

        Raises InvalidDag beyond 1 TiB, and whatever put raises; the builder is then of no more use.
        """
        if self._finished:
            raise ValueError("the file is finished; a new one needs a new FileBuilder")
        with memoryview(data) as given, given.cast("B") as octets:
            self._size_bytes += len(octets)
            self._shape.height(self._size_bytes)
            at = self._buffer(octets) if self._filled else 0
            size = self._shape.chunk_bytes
            # Whole chunks go from the caller's memory to the hash and the store without a copy.
            while len(octets) - at >= size:
                self._leaf(octets[at : at + size])
                at += size
            self._buffer(octets[at:])

    def finish(self) -> Cid:
        """Return the CID of the file; every block has then been put. An empty file has one too."""
        if self._finished:
            raise ValueError("the file is finished already")
        self._finished = True
        if self._filled or not self._size_bytes:
            self._leaf(memoryview(self._chunk)[: self._filled])
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            self._node(level)
            level += 1
        return self._levels[level][0].cid

    def finish_with(self, leaves: Sequence[Cid], size_bytes: int) -> Cid:
        """Return the CID of the file that has these leaves and nothing was written of; its nodes were put."""
        size = self._shape.chunk_bytes
        if len(leaves) != max(1, -(-size_bytes // size)) or self._size_bytes:
            raise InvalidDag(f"{len(leaves)} leaves are not those of {size_bytes} bytes")
        for number, leaf in enumerate(leaves):
            held = min(size, size_bytes - number * size)
            self._link(0, Link(leaf, held, held))
        self._size_bytes = size_bytes
        if not size_bytes:  # `finish` adds the leaf of an empty file itself
            self._levels = [[]]
        return self.finish()

    def _buffer(self, octets: memoryview) -> int:
        """Copy what fits into the chunk, pass it on if full, and return how much fitted."""
        taken = min(len(octets), self._shape.chunk_bytes - self._filled)
        self._chunk[self._filled : self._filled + taken] = octets[:taken]
        self._filled += taken
        if self._filled == self._shape.chunk_bytes:
            self._leaf(memoryview(self._chunk))
            self._filled = 0
        return taken

    def _leaf(self, octets: memoryview) -> None:
        cid = Cid.of(RAW, octets)
        # Released after the call, so a put that keeps what it was lent fails loudly, not silently.
        with octets.toreadonly() as lent:
            self._put(cid, lent)
        self._link(0, Link(cid, size_bytes=len(octets), tsize=len(octets)))

    def _node(self, level: int) -> None:
        """Close the open node of a level and link it from the level above."""
        links = self._levels[level]
        block = encode_file_node(links)
        cid = Cid.of(DAG_PB, block)
        self._put(cid, block)
        self._levels[level] = []
        size = sum(link.size_bytes for link in links)
        tsize = len(block) + sum(link.tsize for link in links)
        self._link(level + 1, Link(cid, size, tsize))

    def _link(self, level: int, link: Link) -> None:
        """Add a link to the open node of a level; a full one is closed only when more comes."""
        if level == len(self._levels):
            self._levels.append([])
        if len(self._levels[level]) == self._shape.width:
            self._node(level)
        self._levels[level].append(link)


def root_of_leaves(leaves: Sequence[Cid], size_bytes: int, *, shape: Shape = UNIXFS_V1_2025) -> Cid:
    """Return the CID of a file by the CIDs of its leaves, in order; none of its bytes is needed.

    Raises InvalidDag if a file of this size has another number of leaves.
    """
    return FileBuilder(lambda _cid, _block: None, shape=shape).finish_with(leaves, size_bytes)


def file_size(get: Get, root: Cid, *, shape: Shape = UNIXFS_V1_2025) -> int:
    """Return how many bytes the file has, as its root block states it; fetches that block only.

    read_file holds every other block to this number. Raises InvalidDag, and whatever get raises.
    """
    return _Reader(get, shape).open_root(root).size_bytes


def read_file(
    get: Get,
    root: Cid,
    start: int = 0,
    end: int | None = None,
    *,
    shape: Shape = UNIXFS_V1_2025,
    piece_bytes: int = 2**20,
) -> Iterator[bytes]:
    """Return the bytes [start, end) of a file in order, in pieces of at most piece_bytes.

    A leaf is fetched for each of its pieces, and none is held between them: whoever takes the pieces
    slowly holds little. If pieces are smaller than leaves, get should remember a few blocks.

    The root is fetched and checked before this returns, the rest as the iterator advances: only
    the leaves that overlap the range and the nodes above them. start ≥ 0; an end that is None or
    beyond the file means the end of the file, as with a slice. A tree is refused at the first
    block that differs from what the size in the root demands, so the work is bounded by that size
    and by the range; a caller with a limit of its own asks file_size first. Raises InvalidDag, and
    whatever get raises.
    """
    if start < 0 or (end is not None and end < start):
        raise ValueError(f"not a range of bytes: from {start} to {end}")
    reader = _Reader(get, shape, piece_bytes)
    top = reader.open_root(root)
    size = top.size_bytes
    end = size if end is None else min(end, size)
    if shape.height(size) == 0:
        return reader.leaf(Link(root, size, top.tsize), start, end)
    return reader.walk(top, shape.height(size), start, end)


class _Opened(NamedTuple):
    """A block that was fetched and decoded: a leaf has bytes, a node has links."""

    leaf: bytes
    links: list[Link]
    size_bytes: int
    tsize: int


class _Reader:
    """Opens blocks and lets none pass that is not the one the profile has at its place."""

    def __init__(self, get: Get, shape: Shape, piece_bytes: int = 2**20) -> None:
        self._get = get
        self._shape = shape
        self._piece_bytes = piece_bytes

    def open_root(self, root: Cid) -> _Opened:
        """Return the root, which alone fixes the size of the file and so the form of its tree."""
        opened = self._open(root)
        self._check_shape(root, opened, self._shape.height(opened.size_bytes))
        return opened

    def walk(self, opened: _Opened, height: int, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes [start, end) of a subtree above leaves, counted from its own first byte."""
        for link in opened.links:
            if max(start, 0) < min(end, link.size_bytes):
                if height == 1:
                    yield from self.leaf(link, start, end)
                else:
                    child = self._open_child(link, height - 1)
                    yield from self.walk(child, height - 1, start, end)
            start -= link.size_bytes
            end -= link.size_bytes

    def leaf(self, link: Link, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes [start, end) of a leaf, counted from its own first byte."""
        stop = min(end, link.size_bytes)
        for at in range(max(start, 0), stop, self._piece_bytes):
            yield self._open_child(link, 0).leaf[at : min(at + self._piece_bytes, stop)]

    def _open_child(self, link: Link, height: int) -> _Opened:
        opened = self._open(link.cid)
        if (opened.size_bytes, opened.tsize) != (link.size_bytes, link.tsize):
            raise InvalidDag(
                f"{link.cid} has {opened.size_bytes} bytes of the file in {opened.tsize} of blocks,"
                f" but its parent says {link.size_bytes} in {link.tsize}"
            )
        self._check_shape(link.cid, opened, height)
        return opened

    def _open(self, cid: Cid) -> _Opened:
        block = self._get(cid)
        if cid.codec == RAW:
            return _Opened(block, [], len(block), len(block))
        try:
            links = decode_file_node(block, self._shape.width)
        except InvalidDag as exc:
            raise InvalidDag(f"{cid}: {exc}") from exc
        size = sum(link.size_bytes for link in links)
        return _Opened(b"", links, size, len(block) + sum(link.tsize for link in links))

    def _check_shape(self, cid: Cid, opened: _Opened, height: int) -> None:
        if (cid.codec == RAW) != (height == 0):
            raise InvalidDag(f"{cid} is a leaf where the profile has a node, or a node for a leaf")
        sizes = [link.size_bytes for link in opened.links]
        if height and sizes != self._shape.child_sizes(height, opened.size_bytes):
            raise InvalidDag(f"{cid} does not divide its bytes as the profile does")
