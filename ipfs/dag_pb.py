"""The bytes of a node: dag-pb links around a UnixFS File message, in their one canonical form.

A node of the profile holds links and sizes and no bytes of the file. Its encoding leaves no
choice (links before data, empty names, shortest varints, sizes unpacked), so the decoder accepts
exactly what the encoder makes. Directories, symbolic links, sharded directories, inline data,
modes and times are refused. Source: the IPLD dag-pb specification ("Logical Format",
"Serial Format") and the UnixFS specification (message Data).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ipfs.cid import CID_BYTES, Cid
from ipfs.errors import InvalidCid, InvalidDag

# PBNode: Data = 1, Links = 2. PBLink: Hash = 1, Name = 2, Tsize = 3. All keys are one byte.
_NODE_LINK: Final = 0x12
_NODE_DATA: Final = 0x0A
_LINK_HASH: Final = bytes([0x0A, CID_BYTES])
_LINK_EMPTY_NAME: Final = b"\x12\x00"
_LINK_TSIZE: Final = b"\x18"
# UnixFS Data: Type = 1 (File is 2), filesize = 3, blocksizes = 4.
_UNIXFS_FILE: Final = b"\x08\x02"
_UNIXFS_FILE_SIZE: Final = b"\x18"
_UNIXFS_BLOCK_SIZE: Final = b"\x20"

_LINK_HEAD_BYTES: Final = len(_LINK_HASH) + CID_BYTES + len(_LINK_EMPTY_NAME) + 1
# Eight groups of seven bits are 64 PiB, far above any size the profile allows.
_LONGEST_VARINT: Final = 8


class Link(NamedTuple):
    """One child of a node.

    size_bytes: bytes of the file under it. tsize: bytes of all blocks under it, itself included.
    """

    cid: Cid
    size_bytes: int
    tsize: int


def encode_file_node(links: Sequence[Link]) -> bytes:
    """Return the block of a file node with these links, in file order."""
    parts: list[bytes] = []
    for link in links:
        tsize = encode_varint(link.tsize)
        parts.append(bytes([_NODE_LINK, _LINK_HEAD_BYTES + len(tsize)]))
        parts.append(_LINK_HASH + link.cid.to_bytes() + _LINK_EMPTY_NAME + _LINK_TSIZE + tsize)
    data = _encode_unixfs_file([link.size_bytes for link in links])
    parts.append(bytes([_NODE_DATA]) + encode_varint(len(data)) + data)
    return b"".join(parts)


def decode_file_node(block: bytes, width: int) -> list[Link]:
    """Return the links of a file node, in file order: 1 to width of them, none of size 0.

    The inverse of encode_file_node. Raises InvalidDag for any other bytes, and stops at the first
    byte that does not fit. It sees one block only; whether children are as they are said to be
    is for the reader to check.
    """
    heads: list[tuple[Cid, int]] = []
    at = 0
    while block[at : at + 1] == b"\x12":
        if len(heads) == width:
            raise InvalidDag(f"a node has more than {width} links")
        cid, tsize, at = _decode_link(block, at)
        heads.append((cid, tsize))
    sizes = _decode_unixfs_file(_take_data(block, at), width)
    if len(sizes) != len(heads):
        raise InvalidDag(f"a node has {len(heads)} links but states {len(sizes)} sizes")
    return [Link(cid, size, tsize) for (cid, tsize), size in zip(heads, sizes, strict=True)]


def _decode_link(block: bytes, at: int) -> tuple[Cid, int, int]:
    """Return CID, tsize, and where the next field starts; `at` is where the link's key stands."""
    start = at + 2
    name_at = start + len(_LINK_HASH) + CID_BYTES
    if block[start : start + 2] != _LINK_HASH:
        raise InvalidDag("a link does not begin with a CID of 36 bytes")
    try:
        cid = Cid.from_bytes(block[start + 2 : name_at])
    except InvalidCid as exc:
        raise InvalidDag(f"a link leads to a CID that is refused: {exc}") from exc
    if block[name_at : name_at + 3] != _LINK_EMPTY_NAME + _LINK_TSIZE:
        raise InvalidDag("a link has a name or lacks its total size, so this node is no file")
    tsize, end = _decode_varint(block, name_at + 3)
    if block[at + 1] != end - start:
        raise InvalidDag("a link is not as long as it says")
    return cid, tsize, end


def _take_data(block: bytes, at: int) -> bytes:
    """Return the UnixFS message, which must be the last field of the node."""
    if block[at : at + 1] != bytes([_NODE_DATA]):
        raise InvalidDag("a node has something other than links and, after them, UnixFS data")
    size, start = _decode_varint(block, at + 1)
    if size != len(block) - start:
        raise InvalidDag("a node does not end where its UnixFS data does")
    return block[start:]


def _encode_unixfs_file(sizes: Sequence[int]) -> bytes:
    parts = [_UNIXFS_FILE, _UNIXFS_FILE_SIZE, encode_varint(sum(sizes))]
    for size in sizes:
        parts.append(_UNIXFS_BLOCK_SIZE + encode_varint(size))
    return b"".join(parts)


def _decode_unixfs_file(data: bytes, width: int) -> list[int]:
    if data[:2] != _UNIXFS_FILE:
        raise InvalidDag("a node is not a UnixFS file")
    if data[2:3] != _UNIXFS_FILE_SIZE:
        raise InvalidDag("a node states no file size, or holds bytes of the file itself")
    file_size, at = _decode_varint(data, 3)
    sizes: list[int] = []
    while at < len(data):
        if data[at : at + 1] != _UNIXFS_BLOCK_SIZE or len(sizes) == width:
            raise InvalidDag("a node has UnixFS fields that a file of this profile has not")
        size, at = _decode_varint(data, at + 1)
        sizes.append(size)
    if not all(sizes) or not sizes:
        raise InvalidDag("a node has no links, or a link to no bytes")
    if sum(sizes) != file_size:
        raise InvalidDag(f"a node states {file_size} bytes but its links sum to {sum(sizes)}")
    return sizes


def encode_varint(value: int) -> bytes:
    """Return a number in groups of seven bits, lowest first, in its shortest form."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def _decode_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number and where it ends; the shortest form only."""
    value = shift = 0
    for group in data[at : at + _LONGEST_VARINT]:
        value |= (group & 0x7F) << shift
        shift += 7
        if group < 0x80:
            if group == 0 and shift > 7:
                raise InvalidDag("a number is written longer than it need be")
            return value, at + shift // 7
    raise InvalidDag("a number is cut off, or too large")
