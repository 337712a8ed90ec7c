"""Shape: the numbers of the balanced tree, at every border."""

import pytest

from ipfs.errors import InvalidDag
from ipfs.shape import UNIXFS_V1_2025, Shape

MIB = 1 << 20
SMALL = Shape(chunk_bytes=16, width=3, max_height=3)


@pytest.mark.parametrize(
    ("size", "height"),
    [(0, 0), (1, 0), (16, 0), (17, 1), (48, 1), (49, 2), (144, 2), (145, 3), (432, 3)],
)
def test_the_height_grows_with_the_first_byte_that_does_not_fit(size: int, height: int) -> None:
    assert SMALL.height(size) == height


def test_the_profile_is_one_mebibyte_a_leaf_and_1024_links_a_node() -> None:
    assert [UNIXFS_V1_2025.height(n * MIB) for n in (1, 2, 1024, 1025)] == [0, 1, 1, 2]
    assert UNIXFS_V1_2025.max_file_bytes == 1 << 40


def test_a_file_too_large_for_the_shape_is_refused() -> None:
    assert SMALL.max_file_bytes == 432
    with pytest.raises(InvalidDag, match="433 bytes is more than the 432"):
        SMALL.height(433)


@pytest.mark.parametrize(
    ("height", "size", "sizes"),
    [
        (1, 1, [1]),
        (1, 17, [16, 1]),
        (1, 48, [16, 16, 16]),
        (2, 49, [48, 1]),
        (2, 144, [48, 48, 48]),
        (3, 145, [144, 1]),
    ],
)
def test_every_link_is_full_but_the_last(height: int, size: int, sizes: list[int]) -> None:
    assert SMALL.child_sizes(height, size) == sizes
