"""The encoding of a node: foreign blocks are read, and nothing but the canonical form is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import Link, decode_file_node, encode_file_node
from ipfs.errors import InvalidDag

WIDTH = 1024
LEAF = Cid.of(RAW, b"leaf")
PLAIN = encode_file_node([Link(LEAF, 4, 4)])
HASH = b"\x0a\x24" + LEAF.to_bytes()

links = st.lists(
    st.builds(
        Link,
        st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32)),
        st.integers(1, 2**48),
        st.integers(0, 2**48),
    ),
    min_size=1,
    max_size=20,
)


def field(key: int, body: bytes) -> bytes:
    assert len(body) < 128
    return bytes([key, len(body)]) + body


def node(
    link: bytes = HASH + b"\x12\x00\x18\x04", data: bytes = b"\x08\x02\x18\x04\x20\x04"
) -> bytes:
    return field(0x12, link) + field(0x0A, data)


def test_the_parts_of_a_plain_node_are_as_the_specification_has_them() -> None:
    assert node() == PLAIN
    assert decode_file_node(PLAIN, WIDTH) == [Link(LEAF, 4, 4)]


def test_foreign_root_blocks_are_read_and_written_again_the_same(vectors: dict[str, Any]) -> None:
    blocks = [v for v in vectors["files"] if v["root_block"]]
    assert len(blocks) == 4
    for vector in blocks:
        block = bytes.fromhex(vector["root_block"])
        read = decode_file_node(block, WIDTH)
        assert sum(link.size_bytes for link in read) == vector["size_bytes"]
        assert Cid.of(DAG_PB, encode_file_node(read)).base32() == vector["base32"]


def test_a_foreign_root_states_the_blocks_below_it(vectors: dict[str, Any]) -> None:
    large = next(v for v in vectors["files"] if v["size_bytes"] == (1 << 30) + 1)
    first, second = decode_file_node(bytes.fromhex(large["root_block"]), WIDTH)
    assert first.size_bytes == 1 << 30
    assert first.tsize > first.size_bytes
    assert (second.cid.codec, second.size_bytes) == (DAG_PB, 1)


@given(links)
def test_decode_undoes_encode(given_links: list[Link]) -> None:
    assert decode_file_node(encode_file_node(given_links), WIDTH) == given_links


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"", "other than links"),
        (b"\x0a", "cut off"),
        (b"\x0a\x00", "not a UnixFS file"),
        (PLAIN + b"\x00", "does not end"),
        (PLAIN + PLAIN, "does not end"),
        (PLAIN[:-1], "does not end"),
        (field(0x0A, b"\x08\x02\x18\x04\x20\x04") + field(0x12, HASH), "does not end"),
        (field(0x0A, b"\x08\x02\x18\x00"), "no links"),
        (field(0x0A, b"\x08\x02\x12\x04leaf\x18\x04"), "bytes of the file itself"),
        (field(0x0A, b"\x08\x01"), "not a UnixFS file"),
        (node(data=b"\x08\x00\x18\x04\x20\x04"), "not a UnixFS file"),
        (node(data=b"\x08\x05\x18\x04\x20\x04"), "not a UnixFS file"),
        (node(data=b"\x08\x02\x20\x04\x18\x04"), "states no file size"),
        (node(data=b"\x08\x02\x18\x05\x20\x04"), "states 5 bytes but its links sum to 4"),
        (node(data=b"\x08\x02\x18\x04\x22\x01\x04"), "UnixFS fields"),
        (node(data=b"\x08\x02\x18\x04\x20\x04\x38\x24"), "UnixFS fields"),
        (node(data=b"\x08\x02\x18\x84\x00\x20\x04"), "longer than it need be"),
        (node(data=b"\x08\x02\x18\x04\x20\x84\x00"), "longer than it need be"),
        (node(data=b"\x08\x02\x18" + b"\xff" * 10), "too large"),
        (node(data=b"\x08\x02\x18\x04\x20\x04\x20"), "cut off"),
        (node(data=b"\x08\x02\x18\x04\x20\x03\x20\x01"), "1 links but states 2 sizes"),
        (node(data=b"\x08\x02\x18\x00\x20\x00"), "link to no bytes"),
        (node(link=HASH + b"\x12\x01a\x18\x04"), "has a name"),
        (node(link=HASH + b"\x18\x04"), "has a name or lacks"),
        (node(link=HASH + b"\x12\x00"), "has a name or lacks"),
        (node(link=HASH + b"\x12\x00\x18\x04\x18\x04"), "not as long as it says"),
        (node(link=b"\x12\x00" + HASH + b"\x18\x04"), "does not begin with a CID"),
        (node(link=b"\x0a\x22\x12\x20" + bytes(32)), "does not begin with a CID"),
        (node(link=b"\x0a\x24\x01\x71\x12\x20" + bytes(32) + b"\x12\x00\x18\x04"), "01711220"),
        (b"\x12\x2c", "does not begin with a CID"),
    ],
)
def test_a_block_that_is_not_a_canonical_file_node_is_refused(block: bytes, reason: str) -> None:
    with pytest.raises(InvalidDag, match=reason):
        decode_file_node(block, WIDTH)


def test_more_links_than_the_width_are_refused() -> None:
    block = encode_file_node([Link(LEAF, 4, 4)] * 5)
    assert len(decode_file_node(block, 5)) == 5
    with pytest.raises(InvalidDag, match="more than 4 links"):
        decode_file_node(block, 4)


def test_more_sizes_than_the_width_are_refused() -> None:
    data = b"\x08\x02\x18\x05" + b"\x20\x01" * 5
    with pytest.raises(InvalidDag, match="UnixFS fields"):
        decode_file_node(field(0x0A, data), 4)


def test_every_truncation_of_a_foreign_block_is_refused(vectors: dict[str, Any]) -> None:
    block = bytes.fromhex(vectors["files"][5]["root_block"])
    for length in range(len(block)):
        with pytest.raises(InvalidDag):
            decode_file_node(block[:length], WIDTH)


def test_a_flipped_bit_is_refused_or_read_as_just_what_it_says(vectors: dict[str, Any]) -> None:
    block = bytes.fromhex(vectors["files"][4]["root_block"])
    for bit in range(8 * len(block)):
        changed = bytearray(block)
        changed[bit // 8] ^= 1 << (bit % 8)
        try:
            read = decode_file_node(bytes(changed), WIDTH)
        except InvalidDag:
            continue
        assert encode_file_node(read) == changed


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_decoder_fail_in_another_way(block: bytes) -> None:
    try:
        read = decode_file_node(block, WIDTH)
    except InvalidDag:
        return
    assert encode_file_node(read) == block
