"""Tiles: paths in one spelling, the right widths, and every root and proof from tiles alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import EntryNotFound, InvalidTile, TileNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.domain.ledger.tiled_ledger import (
    FetchTile,
    TileName,
    entries_of_bundle,
    entry_of_bundle,
    format_bundle,
    nodes_in_tiles,
    split_hashes,
    tiles_at,
    tiles_of,
)

SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000]
LARGEST = max(SIZES)

PATHS = {
    "tile/0/000": TileName(0, 0),
    "tile/entries/000": TileName(None, 0),
    "tile/0/x001/x234/067": TileName(0, 1_234_067),
    "tile/63/067.p/1": TileName(63, 67, 1),
    "tile/entries/x001/000.p/255": TileName(None, 1000, 255),
    "tile/1/999.p/17": TileName(1, 999, 17),
}
NO_PATHS = [
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/067",
    "tile/0/001/067",
    "tile/0/x001",
    "tile/0/x01/067",
    "tile/0/X001/067",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/+1/000",
    "tile/0/-01",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/",
    "tile/0/000.p/1/",
    "tile/0/000.P/1",
    "tile/0/000/",
    "/tile/0/000",
    "tile//000",
    "tile/data/000",
    "tile/entries/٠٠٠",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/0/" + "x001/" * 7 + "000",
    "tile/0/000\n",
    "",
]


@pytest.fixture(scope="module")
def tree() -> dict[NodeName, bytes]:
    """Return the nodes of a ledger of the largest size."""
    frontier = merkle.Frontier()
    nodes: dict[NodeName, bytes] = {}
    for index in range(LARGEST):
        nodes.update(frontier.append(merkle.leaf_hash(index.to_bytes(8))))
    return nodes


@pytest.fixture(scope="module")
def fetch_of(tree: dict[NodeName, bytes]) -> Callable[[int], FetchTile]:
    """Return a maker of functions that serve the tiles of a ledger of some size, and no others."""

    def of_size(size: int) -> FetchTile:
        def fetch(name: TileName) -> bytes:
            assert name.level is not None
            if name not in set(tiles_at(name.level, size)):
                raise EntryNotFound("tile-missing", level=0, number=0)
            row = range(name.first, name.first + name.width)
            return b"".join(tree[NodeName(8 * name.level, place)] for place in row)

        return fetch

    return of_size


@pytest.mark.parametrize(("path", "name"), PATHS.items())
def test_a_path_names_a_tile(path: str, name: TileName) -> None:
    assert TileName.parse(path) == name
    assert name.format() == path


@given(
    st.builds(
        TileName,
        st.none() | st.integers(0, 63),
        st.integers(0, 2**55 - 1),
        st.integers(1, 256),
    )
)
def test_parsing_undoes_formatting(name: TileName) -> None:
    assert TileName.parse(name.format()) == name


@pytest.mark.parametrize("path", NO_PATHS)
def test_another_spelling_is_no_path(path: str) -> None:
    with pytest.raises(TileNotFound):
        TileName.parse(path)


def test_the_specification_s_ledger_of_70_000_has_its_tiles() -> None:
    names = list(tiles_of(70_000))
    assert [name for name in names if not name.is_full] == [
        TileName(0, 273, 112),
        TileName(1, 1, 17),
        TileName(2, 0, 1),
    ]
    assert len(names) == 273 + 1 + 1 + 1 + 1
    assert list(tiles_of(256)) == [TileName(0, 0), TileName(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert list(tiles_at(None, 300)) == [TileName(None, 0), TileName(None, 1, 44)]


@pytest.mark.parametrize("size", SIZES)
def test_the_tiles_of_a_size_exist_at_it_and_none_is_wider(size: int) -> None:
    for level in (None, 0, 1, 2, 3):
        names = list(tiles_at(level, size))
        assert all(name.exists(size) for name in names)
        following = TileName(level, len(names), 1)
        if names and not names[-1].is_full:
            following = TileName(level, names[-1].number, names[-1].width + 1)
        assert not following.exists(size)


@pytest.mark.parametrize("size", SIZES[1:])
def test_root_and_proofs_follow_from_tiles(
    size: int, tree: dict[NodeName, bytes], fetch_of: Callable[[int], FetchTile]
) -> None:
    def read(names):  # type: ignore[no-untyped-def]
        return [tree[name] for name in names]

    from_tiles = nodes_in_tiles(size, fetch_of(size))
    assert merkle.root_hash(size, from_tiles) == merkle.root_hash(size, read)
    for place in sorted({0, size // 3, size // 2, size - 1}):
        proof = merkle.inclusion_proof(place, size, from_tiles)
        assert proof == merkle.inclusion_proof(place, size, read)
        older = merkle.consistency_proof(place + 1, size, from_tiles)
        assert older == merkle.consistency_proof(place + 1, size, read)


def test_a_tile_is_fetched_once(fetch_of: Callable[[int], FetchTile]) -> None:
    asked: list[TileName] = []

    def fetch(name: TileName) -> bytes:
        asked.append(name)
        return fetch_of(1000)(name)

    read = nodes_in_tiles(1000, fetch)
    for index in range(0, 1000, 7):
        merkle.inclusion_proof(index, 1000, read)
    assert len(asked) == len(set(asked)) <= len(list(tiles_of(1000)))


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(33), bytes(96)])
def test_a_hash_tile_has_as_many_hashes_as_it_is_wide(data: bytes) -> None:
    with pytest.raises(InvalidTile):
        split_hashes(TileName(0, 0, 2), data)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    name = TileName(None, 0, len(entries))
    bundle = format_bundle(entries)
    assert entries_of_bundle(name, bundle) == entries
    for wrong in (bundle[:-1], bundle + b"\0", bundle + b"\0\0", bundle[1:], b""):
        try:
            assert entries_of_bundle(name, wrong) != entries
        except InvalidTile:
            continue


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"\0\x05abcd", b"\0\0", b"\0\0\0\0\0", b"\0\0\0\0\0\0", b"\xff\xffa\0\0"],
)
def test_a_bundle_that_is_not_of_two_entries_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidTile):
        entries_of_bundle(TileName(None, 0, 2), data)


ENTRIES = st.one_of(
    st.lists(st.binary(max_size=300), min_size=1, max_size=256),
    st.lists(st.binary(min_size=259, max_size=259), min_size=1, max_size=256),
)


@given(ENTRIES)
def test_each_entry_of_a_bundle_is_found_at_its_place(entries: list[bytes]) -> None:
    bundle = format_bundle(entries)
    assert [entry_of_bundle(bundle, place) for place in range(len(entries))] == entries
    for beyond in (len(entries), len(entries) + 1, 255 + len(entries)):
        with pytest.raises(InvalidTile):
            entry_of_bundle(bundle, beyond)


@given(st.lists(st.binary(min_size=3, max_size=3), min_size=2, max_size=20), st.data())
def test_an_entry_of_another_length_among_equals_is_found(
    entries: list[bytes], data: st.DataObject
) -> None:
    odd = data.draw(st.integers(0, len(entries) - 1))
    entries[odd] = data.draw(st.binary(max_size=9))
    bundle = format_bundle(entries)
    assert [entry_of_bundle(bundle, place) for place in range(len(entries))] == entries


@pytest.mark.parametrize("cut", [1, 2, 259, 260, 261, 262])
def test_a_bundle_that_ends_early_has_no_last_entry(cut: int) -> None:
    bundle = format_bundle([bytes(259)] * 5)[:-cut]
    with pytest.raises(InvalidTile):
        entry_of_bundle(bundle, 4)
