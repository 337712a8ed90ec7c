"""read_file and file_size: ranges fetch only what they need, and no false tree gets far."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import Link, encode_file_node
from ipfs.errors import BlockNotFound, InvalidDag
from ipfs.shape import UNIXFS_V1_2025, Shape
from ipfs.unixfs import FileBuilder, file_size, read_file

MIB = 1 << 20
TIB = 1 << 40
SMALL = Shape(chunk_bytes=16, width=3, max_height=4)
CONTENT = bytes(i * 7 % 256 for i in range(1000))


def build(memory: Any, content: bytes, shape: Shape = UNIXFS_V1_2025) -> Cid:
    builder = FileBuilder(memory.put, shape=shape)
    builder.write(content)
    return builder.finish()


def node(memory: Any, links: list[Link]) -> Link:
    block = encode_file_node(links)
    size = sum(link.size_bytes for link in links)
    tsize = len(block) + sum(link.tsize for link in links)
    return Link(memory.add(DAG_PB, block), size, tsize)


def leaf(memory: Any, content: bytes) -> Link:
    return Link(memory.add(RAW, content), len(content), len(content))


def refuse(memory: Any, root: Cid, shape: Shape, reason: str) -> None:
    with pytest.raises(InvalidDag, match=reason):
        list(read_file(memory.get, root, shape=shape))


@given(st.integers(0, 1296), st.integers(0, 1400), st.none() | st.integers(0, 1400))
def test_a_range_is_the_same_slice_of_the_content(
    new_memory: Any, size: int, start: int, length: int | None
) -> None:
    memory = new_memory()
    content = (CONTENT * 2)[:size]
    root = build(memory, content, SMALL)
    end = None if length is None else start + length
    assert b"".join(read_file(memory.get, root, start, end, shape=SMALL)) == content[start:end]
    assert file_size(memory.get, root, shape=SMALL) == size


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 3 * MIB), st.integers(0, 3 * MIB), st.integers(0, 3 * MIB))
def test_a_range_is_so_at_the_real_chunk_size(
    new_memory: Any, size: int, start: int, length: int
) -> None:
    memory = new_memory()
    content = bytes(range(253)) * (size // 253 + 1)
    root = build(memory, content[:size])
    read = b"".join(read_file(memory.get, root, start, start + length))
    assert read == content[:size][start : start + length]


def test_only_the_leaves_of_the_range_and_their_nodes_are_fetched(memory: Any) -> None:
    root = build(memory, CONTENT[:432], SMALL)
    assert list(read_file(memory.get, root, 100, 116, shape=SMALL)) == [
        CONTENT[100:112],
        CONTENT[112:116],
    ]
    assert [cid.codec for cid in memory.asked] == [DAG_PB, DAG_PB, DAG_PB, RAW, RAW]


def test_the_size_is_known_from_the_root_alone(memory: Any) -> None:
    root = build(memory, CONTENT, SMALL)
    assert file_size(memory.get, root, shape=SMALL) == 1000
    assert memory.asked == [root]


def test_an_empty_range_fetches_the_root_alone(memory: Any) -> None:
    root = build(memory, CONTENT, SMALL)
    assert list(read_file(memory.get, root, 500, 500, shape=SMALL)) == []
    assert list(read_file(memory.get, root, 5000, shape=SMALL)) == []
    assert memory.asked == [root, root]


def test_a_missing_root_is_told_before_the_first_byte_is_asked_for(memory: Any) -> None:
    with pytest.raises(BlockNotFound):
        read_file(memory.get, Cid.of(RAW, b"absent"))


def test_a_missing_leaf_is_told_after_the_bytes_before_it(memory: Any) -> None:
    root = build(memory, CONTENT, SMALL)
    del memory.blocks[Cid.of(RAW, CONTENT[32:48])]
    pieces = read_file(memory.get, root, shape=SMALL)
    assert [next(pieces), next(pieces)] == [CONTENT[:16], CONTENT[16:32]]
    with pytest.raises(BlockNotFound):
        next(pieces)


@pytest.mark.parametrize(("start", "end"), [(-1, None), (0, -1), (5, 4)])
def test_a_range_that_is_none_is_a_mistake_of_the_caller(
    memory: Any, start: int, end: int | None
) -> None:
    root = build(memory, CONTENT, SMALL)
    with pytest.raises(ValueError, match="not a range"):
        read_file(memory.get, root, start, end, shape=SMALL)


def test_a_raw_block_larger_than_a_chunk_is_no_file(memory: Any) -> None:
    refuse(memory, memory.add(RAW, bytes(MIB + 1)), UNIXFS_V1_2025, "a leaf where")


def test_a_node_around_bytes_that_fit_one_block_is_refused(memory: Any) -> None:
    refuse(memory, node(memory, [leaf(memory, bytes(16))]).cid, SMALL, "a node for a leaf")


def test_a_leaf_shorter_than_its_parent_says_is_refused(memory: Any) -> None:
    short = leaf(memory, bytes(15))
    root = node(memory, [Link(short.cid, 16, 16), leaf(memory, b"x")])
    refuse(memory, root.cid, SMALL, "has 15 bytes .* says 16")


def test_a_leaf_whose_stated_total_is_false_is_refused(memory: Any) -> None:
    root = node(memory, [leaf(memory, bytes(16))._replace(tsize=17), leaf(memory, b"x")])
    refuse(memory, root.cid, SMALL, "in 16 of blocks.* in 17")


def test_a_node_whose_stated_size_or_total_is_false_is_refused(memory: Any) -> None:
    full = node(memory, [leaf(memory, bytes(16))] * 3)
    less = node(memory, [leaf(memory, bytes(16))] * 2)
    for false in (less._replace(size_bytes=48), full._replace(tsize=full.tsize + 1)):
        refuse(memory, node(memory, [false, full]).cid, SMALL, "but its parent says")


def test_chunks_of_another_size_are_refused(memory: Any) -> None:
    root = node(memory, [leaf(memory, bytes(15)), leaf(memory, bytes(16))])
    refuse(memory, root.cid, SMALL, "does not divide its bytes")


def test_a_tree_of_another_width_is_refused(memory: Any) -> None:
    pair = node(memory, [leaf(memory, bytes(16))] * 2)
    refuse(memory, node(memory, [pair, pair]).cid, SMALL, "does not divide its bytes")


def test_more_links_than_the_width_are_refused(memory: Any) -> None:
    root = node(memory, [leaf(memory, bytes(16))] * 4)
    refuse(memory, root.cid, SMALL, "more than 3 links")


def test_a_node_in_the_place_of_a_leaf_is_refused(memory: Any) -> None:
    inner = node(memory, [leaf(memory, bytes(16))])
    refuse(memory, node(memory, [inner, leaf(memory, b"x")]).cid, SMALL, "a node for a leaf")


def test_a_leaf_in_the_place_of_a_node_is_refused(memory: Any) -> None:
    fat = leaf(memory, bytes(48))
    refuse(memory, node(memory, [fat, leaf(memory, b"x")]).cid, SMALL, "a leaf where")


def test_a_chain_of_single_links_is_refused_at_its_first_block(memory: Any) -> None:
    link = leaf(memory, bytes(16))
    for _ in range(10_000):
        link = node(memory, [link])
    refuse(memory, link.cid, SMALL, "a node for a leaf")
    assert len(memory.asked) == 1


def test_a_bomb_of_full_nodes_is_refused_at_its_first_block(memory: Any) -> None:
    link = leaf(memory, bytes(MIB))
    for _ in range(3):
        link = node(memory, [link] * 1024)
    refuse(memory, link.cid, UNIXFS_V1_2025, f"more than the {TIB} allowed")
    assert len(memory.asked) == 1


def test_a_bomb_that_understates_its_size_is_refused_at_its_second_block(memory: Any) -> None:
    huge = node(memory, [node(memory, [leaf(memory, bytes(MIB))] * 1024)] * 1024)
    root = node(memory, [huge._replace(size_bytes=MIB), leaf(memory, b"x")])
    refuse(memory, root.cid, UNIXFS_V1_2025, "but its parent says")
    assert len(memory.asked) == 2


def test_links_to_nothing_cannot_multiply_work(memory: Any) -> None:
    nothing = leaf(memory, b"")
    refuse(memory, node(memory, [nothing] * 1024).cid, UNIXFS_V1_2025, "link to no bytes")
    assert len(memory.asked) == 1


def test_the_largest_file_costs_three_blocks_to_read_anywhere(memory: Any) -> None:
    root = node(memory, [node(memory, [leaf(memory, bytes(MIB))] * 1024)] * 1024).cid
    assert file_size(memory.get, root) == TIB
    assert list(read_file(memory.get, root, TIB - 1)) == [b"\0"]
    assert len(memory.asked) == 1 + 3


def test_a_directory_is_refused_with_its_cid(memory: Any) -> None:
    empty_directory = memory.add(DAG_PB, b"\x0a\x02\x08\x01")
    # The CID that Kubo and the importer give to an empty directory.
    assert str(empty_directory) == "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"
    refuse(memory, empty_directory, UNIXFS_V1_2025, f"{empty_directory}: a node is not a UnixFS")
