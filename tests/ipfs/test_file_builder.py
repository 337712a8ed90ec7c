"""FileBuilder: the CID depends on the bytes alone, and the memory on neither."""

import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.errors import InvalidDag, StoreFull
from ipfs.protocols import BytesLike
from ipfs.shape import UNIXFS_V1_2025, Shape
from ipfs.unixfs import FileBuilder, root_of_leaves

MIB = 1 << 20
SMALL = Shape(chunk_bytes=16, width=3, max_height=4)


def forget(cid: Cid, data: BytesLike) -> None:
    """Keep nothing."""


def build(pieces: list[BytesLike], shape: Shape = UNIXFS_V1_2025) -> Cid:
    builder = FileBuilder(forget, shape=shape)
    for piece in pieces:
        builder.write(piece)
    return builder.finish()


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=12))
def test_any_splitting_into_writes_gives_the_same_cid(content: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    pieces: list[BytesLike] = [content[a:b] for a, b in pairwise(edges)]
    assert build(pieces, SMALL) == build([content], SMALL)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 2 * MIB), max_size=4), st.integers(0, 3 * MIB))
def test_any_splitting_does_so_at_the_real_chunk_size(cuts: list[int], size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    pieces: list[BytesLike] = [content[a:b] for a, b in pairwise(edges)]
    assert build(pieces) == build([content[:size]])


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda b: memoryview(b).cast("I")])
def test_bytes_may_come_in_any_form(kind: Callable[[bytes], BytesLike]) -> None:
    content = bytes(range(256)) * 4096 * 2
    assert build([kind(content)]) == build([content])


def test_a_file_of_one_chunk_is_its_own_sha256() -> None:
    assert build([b"x" * MIB]) == Cid.of(RAW, b"x" * MIB)
    assert build([b""]) == build([]) == Cid.of(RAW, b"")
    assert build([b"x" * (MIB + 1)]).codec == DAG_PB


def test_blocks_are_put_children_first_and_the_root_last() -> None:
    put: list[Cid] = []
    builder = FileBuilder(lambda cid, _: put.append(cid), shape=SMALL)
    builder.write(bytes(range(200)))
    root = builder.finish()
    assert put[-1] == root
    assert [cid.codec == RAW for cid in put].count(True) == 13
    assert builder.size_bytes == 200


def test_bytes_that_were_only_lent_cannot_be_used_after_put() -> None:
    kept: list[Any] = []
    builder = FileBuilder(lambda _, data: kept.append(data))
    builder.write(b"short")
    builder.finish()
    with pytest.raises(ValueError, match="released"):
        bytes(kept[0])


def test_bytes_that_were_lent_cannot_be_changed() -> None:
    def scribble(_: Cid, data: BytesLike) -> None:
        data[0] = 0  # type: ignore[index]

    builder = FileBuilder(scribble)
    with pytest.raises(TypeError, match="read-only"):
        builder.write(bytearray(MIB))


def test_memory_stays_at_one_chunk_however_long_the_file(
    keystream: Callable[[str, int], Iterator[bytes]],
) -> None:
    builder = FileBuilder(forget)
    tracemalloc.start()
    try:
        for piece in keystream("memory", 96 * MIB):
            builder.write(piece[: 600 * 1024])
        builder.finish()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4.5 * MIB


def test_more_bytes_than_the_profile_holds_are_refused() -> None:
    builder = FileBuilder(forget, shape=SMALL)
    builder.write(bytes(SMALL.max_file_bytes))
    with pytest.raises(InvalidDag, match="1297 bytes is more than the 1296"):
        builder.write(b"x")


def test_an_error_of_the_store_passes_through() -> None:
    def full(_: Cid, __: BytesLike) -> None:
        raise StoreFull("no room")

    with pytest.raises(StoreFull):
        FileBuilder(full).write(bytes(MIB))


def test_a_finished_file_takes_no_more() -> None:
    builder = FileBuilder(forget)
    builder.finish()
    with pytest.raises(ValueError, match="finished"):
        builder.write(b"more")
    with pytest.raises(ValueError, match="finished"):
        builder.finish()


@given(st.binary(max_size=400))
def test_the_cid_of_a_file_follows_from_its_leaves(content: bytes) -> None:
    leaves = [Cid.of(RAW, content[at : at + 16]) for at in range(0, max(1, len(content)), 16)]
    assert root_of_leaves(leaves, len(content), shape=SMALL) == build([content], SMALL)
    with pytest.raises(InvalidDag):
        root_of_leaves([*leaves, leaves[0]], len(content), shape=SMALL)
