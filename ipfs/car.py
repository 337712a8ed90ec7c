"""CAR version 1: the blocks of one file in a row, root first, as other IPFS programs take and give them.

Written depth first, so that whoever reads it can check each block as it comes. Read strictly: one root, CIDs
of the kinds that we know, the shortest varints, and blocks that hash to their CIDs. Source: the CARv1
specification of IPLD; its header is the one canonical DAG-CBOR form of {"roots": […], "version": 1}.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ipfs.block_folder import MAX_BLOCK_BYTES
from ipfs.cid import CID_BYTES, DAG_PB, Cid
from ipfs.dag_pb import decode_file_node, encode_varint
from ipfs.errors import InvalidCar, InvalidCid, InvalidDag
from ipfs.shape import UNIXFS_V1_2025
from ipfs.unixfs import Get

Read = Callable[[int], bytes]
"""Returns so many next bytes, fewer at the end only."""

PIECE_BYTES: Final = 131_072
_LARGEST_HEADER: Final = 4096
_LONGEST_VARINT: Final = 4  # 256 MiB, far above what a section may have
_ROOTS: Final = b"\xa2\x65roots"
_VERSION_1: Final = b"\x67version\x01"
_VERSION_2: Final = b"\xa1\x67version\x02"
_CID_TAG: Final = b"\xd8\x2a\x58\x25\x00"  # tag 42, 37 bytes, of which the first is zero


class Placed(NamedTuple):
    """A block and where its bytes stand in a file."""

    cid: Cid
    at: int
    size_bytes: int


def format_header(root: Cid) -> bytes:
    """Return what a CAR with one root begins with."""
    body = _ROOTS + b"\x81" + _CID_TAG + root.to_bytes() + _VERSION_1
    return encode_varint(len(body)) + body


def write_car(
    get: Get,
    root: Cid,
    start: int = 0,
    end: int | None = None,
    *,
    repeats: bool = False,
    piece_bytes: int = PIECE_BYTES,
) -> Iterator[bytes]:
    """Yield a CAR of the blocks that bytes [start, end) of a file need, depth first, in pieces.

    The root is always there, and is fetched before the first piece; end None: to the file's end. repeats:
    whether a block that occurs again is written again. A leaf is fetched for each of its pieces, as in
    read_file. Raises InvalidDag, and whatever get raises.
    """
    seen: set[Cid] = set()
    prefix = format_header(root)

    def section(cid: Cid, block: bytes) -> Iterator[bytes]:
        nonlocal prefix
        head = prefix + encode_varint(CID_BYTES + len(block)) + cid.to_bytes()
        prefix = b""
        size = len(block)
        yield head + block[:piece_bytes]
        del block  # whoever takes the pieces slowly holds no leaf between them
        for at in range(piece_bytes, size, piece_bytes):
            yield get(cid)[at : at + piece_bytes]

    def walk(cid: Cid, start: int, end: int | None, height: int) -> Iterator[bytes]:
        is_new = repeats or cid not in seen
        if cid.codec != DAG_PB:
            if is_new:
                seen.add(cid)
                yield from section(cid, get(cid))
            return
        if height == 0:
            raise InvalidDag(f"{cid} is a node where the profile has a leaf")
        block = get(cid)
        if is_new:
            seen.add(cid)
            yield from section(cid, block)
        for link in decode_file_node(block, UNIXFS_V1_2025.width):
            stop = link.size_bytes if end is None else min(end, link.size_bytes)
            if max(start, 0) < stop:
                yield from walk(link.cid, start, end, height - 1)
            start -= link.size_bytes
            end = None if end is None else end - link.size_bytes

    return walk(root, start, end, UNIXFS_V1_2025.max_height)


def read_header(read: Read) -> tuple[Cid, int]:
    """Return the one root of a CAR, and how many bytes its header has. Raises InvalidCar."""
    size, used = _read_varint(read)
    if size is None or not 0 < size <= _LARGEST_HEADER:
        raise InvalidCar("it does not begin as a CAR does")
    header = read(size)
    if len(header) != size:
        raise InvalidCar("it ends within its header")
    if header == _VERSION_2:
        raise InvalidCar("it is a CAR of version 2; make one of version 1")
    if not header.startswith(_ROOTS) or not header.endswith(_VERSION_1):
        raise InvalidCar("its header is not that of a CAR of version 1")
    roots = header[len(_ROOTS) : -len(_VERSION_1)]
    if roots[:1] != b"\x81":
        raise InvalidCar("it has no root, or several; a CAR of one file has one")
    if not roots.startswith(_CID_TAG, 1):
        raise InvalidCar("its root is no CID of version 1 with SHA-256")
    return _cid(roots[1 + len(_CID_TAG) :]), used + size


def read_blocks(read: Read, at: int) -> Iterator[Placed]:
    """Yield each block of a CAR after its header, found to hash to its CID, and where it stands.

    at: bytes of the header. Raises InvalidCar for the first that is cut off, too large or forged.
    """
    while True:
        size, used = _read_varint(read)
        if size is None:
            return
        if not CID_BYTES <= size <= CID_BYTES + MAX_BLOCK_BYTES:
            raise InvalidCar(f"at byte {at}: a block of {size - CID_BYTES} bytes")
        section = read(size)
        if len(section) != size:
            raise InvalidCar(f"at byte {at}: it ends within a block")
        cid = _cid(section[:CID_BYTES])
        if not cid.is_of(memoryview(section)[CID_BYTES:]):
            raise InvalidCar(f"at byte {at}: these are not the bytes of {cid}")
        yield Placed(cid, at + used + CID_BYTES, size - CID_BYTES)
        at += used + size


def _read_varint(read: Read) -> tuple[int | None, int]:
    """Return a number and its bytes; None and 0 at the end. Raises InvalidCar."""
    value = used = 0
    while used < _LONGEST_VARINT:
        group = read(1)
        if not group:
            if used:
                raise InvalidCar("it ends within a number")
            return None, 0
        value |= (group[0] & 0x7F) << 7 * used
        used += 1
        if group[0] < 0x80:
            if group[0] == 0 and used > 1:
                raise InvalidCar("a number is written longer than it need be")
            return value, used
    raise InvalidCar("a number is far too large for a CAR")


def _cid(data: bytes) -> Cid:
    try:
        return Cid.from_bytes(data)
    except InvalidCid as exc:
        raise InvalidCar(f"it has a CID that is refused: {exc}") from exc
