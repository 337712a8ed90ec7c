"""CARs: written depth first, read strictly."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from ipfs.car import format_header, read_blocks, read_header, write_car
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import Link, encode_file_node, encode_varint
from ipfs.errors import InvalidCar, InvalidDag
from ipfs.unixfs import FileBuilder, read_file

MIB = 2**20
WHOLE = bytes(range(256)) * 4096 + b"x" * MIB + b"y" * MIB + b"x" * MIB + b"end"
"""Five leaves, of which the second and the fourth are one block."""


class Blocks(dict[Cid, bytes]):
    """Blocks of a file, and how often each was fetched."""

    def __init__(self, data: bytes) -> None:
        self.fetched: list[Cid] = []
        builder = FileBuilder(self.put)
        builder.write(data)
        self.root = builder.finish()

    def put(self, cid: Cid, block: object) -> None:
        self[cid] = bytes(block)  # type: ignore[call-overload]

    def get_block(self, cid: Cid) -> bytes:
        self.fetched.append(cid)
        return self[cid]


@pytest.fixture(scope="module")
def blocks() -> Blocks:
    return Blocks(WHOLE)


def read(car: bytes) -> tuple[Cid, list[tuple[Cid, bytes]]]:
    """Return the root of a CAR and its blocks."""
    file = io.BytesIO(car)
    root, at = read_header(file.read)
    found = read_blocks(file.read, at)
    return root, [(one.cid, car[one.at : one.at + one.size_bytes]) for one in found]


def test_a_car_has_the_root_first_and_each_block_once_in_the_order_of_the_file(
    blocks: Blocks,
) -> None:
    root, found = read(b"".join(write_car(blocks.get_block, blocks.root)))
    leaves = [Cid.of(RAW, WHOLE[at : at + MIB]) for at in range(0, len(WHOLE), MIB)]
    assert root == found[0][0] == blocks.root
    assert [cid for cid, _ in found[1:]] == [leaves[0], leaves[1], leaves[2], leaves[4]]
    assert b"".join(read_file(dict(found).__getitem__, root)) == WHOLE


def test_a_block_that_occurs_again_is_written_again_if_that_is_asked(blocks: Blocks) -> None:
    _, found = read(b"".join(write_car(blocks.get_block, blocks.root, repeats=True)))
    assert len(found) == 6
    assert found[2] == found[4]


@pytest.mark.parametrize(
    ("start", "end", "count"), [(0, 0, 1), (0, 1, 2), (MIB - 1, MIB + 1, 3), (4 * MIB, None, 2)]
)
def test_a_part_of_a_file_needs_the_nodes_above_it_and_no_other_leaf(
    blocks: Blocks, start: int, end: int | None, count: int
) -> None:
    _, found = read(b"".join(write_car(blocks.get_block, blocks.root, start, end)))
    assert len(found) == count
    part = read_file(dict(found).__getitem__, blocks.root, start, end)
    assert b"".join(part) == WHOLE[start:end]


def test_whoever_takes_a_car_slowly_is_given_small_pieces(blocks: Blocks) -> None:
    pieces = list(write_car(blocks.get_block, blocks.root, piece_bytes=1000))
    assert max(map(len, pieces)) < 1200
    assert read(b"".join(pieces))[0] == blocks.root


def test_a_file_of_one_block_is_a_car_of_one_block() -> None:
    small = Blocks(b"small")
    root, found = read(b"".join(write_car(small.get_block, small.root)))
    assert found == [(root, b"small")]


def section(cid: Cid, block: bytes) -> bytes:
    return encode_varint(36 + len(block)) + cid.to_bytes() + block


ONE, OTHER = Cid.of(RAW, b"one"), Cid.of(RAW, b"other")
HEADER = format_header(ONE)
OLD_ROOT = b"\xd8\x2a\x58\x23\x00\x12\x20" + bytes(32)
ROOT = b"\xd8\x2a\x58\x25\x00" + ONE.to_bytes()


def framed(header: bytes) -> bytes:
    return encode_varint(len(header)) + header


@pytest.mark.parametrize(
    ("car", "fault"),
    [
        (b"", "begin"),
        (b"\x00", "begin"),
        (b"not a CAR at all, but some text", "begin|ends within"),
        (bytes.fromhex("0aa16776657273696f6e02") + bytes(50), "version 2"),
        (b"\xff" * 40, "too large"),
        (b"\xff\xff\xff\x7f" + bytes(40), "begin"),
        (b"\x80", "ends within a number"),
        (b"\x80\x00", "longer than it need"),
        (HEADER[:-3], "ends within its header"),
        (framed(b"\xa2\x65roots\x82" + ROOT + ROOT + b"\x67version\x01"), "no root, or several"),
        (framed(b"\xa2\x65roots\x80\x67version\x01"), "no root, or several"),
        (framed(b"\xa2\x65roots\x81" + ROOT + b"\x67version\x03"), "not that of a CAR"),
        (framed(b"\xa2\x65roots\x81" + OLD_ROOT + b"\x67version\x01"), "SHA-256"),
        (HEADER + section(ONE, b"forged"), "not the bytes"),
        (HEADER + section(ONE, b"one")[:-1], "ends within a block"),
        (HEADER + section(ONE, b"one") + b"\x00", "a block of -36 bytes"),
        (HEADER + section(ONE, b"one") + b"\xff\xff\xff\x7f", "a block of"),
        (HEADER + section(ONE, b"one") + b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "too large"),
        (HEADER + encode_varint(39) + b"\x01\x71" + ONE.to_bytes()[2:] + b"one", "CID that is refused"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_car_of_one_file_is_refused_where_that_shows(car: bytes, fault: str) -> None:
    with pytest.raises(InvalidCar, match=fault):
        read(car)


def test_a_node_below_the_greatest_height_is_no_file() -> None:
    made: dict[Cid, bytes] = {ONE: b"one"}
    top = ONE
    for _ in range(4):
        block = encode_file_node([Link(top, 3, 3)])
        top = Cid.of(DAG_PB, block)
        made[top] = block
    get: Callable[[Cid], bytes] = made.__getitem__
    with pytest.raises(InvalidDag, match="leaf"):
        b"".join(write_car(get, top))
