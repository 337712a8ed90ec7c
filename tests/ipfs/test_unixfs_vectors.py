"""Our CIDs against those of two implementations that are not ours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ipfs.cid import Cid
from ipfs.protocols import BytesLike
from ipfs.shape import Shape
from ipfs.unixfs import FileBuilder, read_file

Keystream = Callable[[str, int], Iterator[bytes]]


def forget(cid: Cid, data: BytesLike) -> None:
    """Keep nothing: a gibibyte is only hashed."""


@pytest.mark.slow
def test_every_file_has_the_cid_that_others_give_it(
    vectors: dict[str, Any], keystream: Keystream
) -> None:
    assert [v["size_bytes"] for v in vectors["files"]][:2] == [0, 1]
    for vector in vectors["files"]:
        builder = FileBuilder(forget)
        for piece in keystream(vector["seed"], vector["size_bytes"]):
            builder.write(piece)
        cid = builder.finish()
        assert cid == Cid.parse(vector["base32"]) == Cid.parse(vector["base16"])
        assert (cid.base32(), cid.base16()) == (vector["base32"], vector["base16"])


def test_kubo_published_the_cids_on_both_sides_of_each_border(vectors: dict[str, Any]) -> None:
    mib = 1 << 20
    published = [v["size_bytes"] for v in vectors["files"] if v["published_by"]]
    assert published == [mib, mib + 1, 1024 * mib, 1024 * mib + 1, 1025 * mib]


def test_our_root_block_is_byte_for_byte_the_foreign_one(
    vectors: dict[str, Any], keystream: Keystream
) -> None:
    vector = next(v for v in vectors["files"] if v["size_bytes"] == 25 << 20)
    blocks: list[bytes] = []
    builder = FileBuilder(lambda _, data: blocks.append(bytes(data)))
    for piece in keystream(vector["seed"], vector["size_bytes"]):
        builder.write(piece)
    builder.finish()
    assert blocks[-1].hex() == vector["root_block"]


def test_high_trees_have_the_cids_that_others_give_them(
    vectors: dict[str, Any], keystream: Keystream
) -> None:
    heights = set()
    for vector in vectors["small_shapes"]:
        shape = Shape(vector["chunk_bytes"], vector["width"], max_height=5)
        content = b"".join(keystream(vector["seed"], vector["size_bytes"]))
        blocks: dict[Cid, bytes] = {}

        def put(cid: Cid, data: BytesLike, blocks: dict[Cid, bytes] = blocks) -> None:
            blocks[cid] = bytes(data)

        builder = FileBuilder(put, shape=shape)
        builder.write(content)
        cid = builder.finish()
        assert cid.base32() == vector["base32"]
        assert b"".join(read_file(blocks.__getitem__, cid, shape=shape)) == content
        heights.add(shape.height(vector["size_bytes"]))
    assert heights == {0, 1, 2, 3, 4, 5}
