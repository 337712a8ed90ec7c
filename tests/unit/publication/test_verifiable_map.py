"""The verifiable map against a naive twin, under any order and batching, and against every bit flip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import InvalidAbsence, InvalidMapProof
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.publication import map_pages
from ledger_service.domain.publication.verifiable_map import (
    EMPTY,
    MapProof,
    check_absence,
    prove_absence,
    record,
    subtree_of,
)

# Digests that crowd: few differing bits at either end make long shared paths and lone siblings.
crowded = st.builds(
    lambda head, tail: bytes([head]) + bytes(30) + bytes([tail]),
    st.sampled_from([0, 1, 2, 0x80, 0xFF]),
    st.integers(0, 255),
)
digests = st.one_of(st.binary(min_size=32, max_size=32), crowded)
maps = st.dictionaries(digests, st.integers(0, 2**53 - 1), max_size=90)


# Entries as they come: digests again and again, in any order of their indices.
entries = st.lists(st.tuples(digests, st.integers(0, 2**53 - 1)), max_size=200)
again = st.lists(st.tuples(crowded, st.integers(0, 5)), max_size=200)


def naive_root(leaves: Sequence[tuple[bytes, int]], depth: int = 0) -> bytes:
    """Return the root by the words of docs/formats.md §13, a bit at a time."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        ((digest, index),) = leaves
        return hashlib.sha256(b"\x02" + digest + index.to_bytes(8, "big")).digest()
    halves: list[list[tuple[bytes, int]]] = [[], []]
    for digest, index in leaves:
        halves[digest[depth // 8] >> (7 - depth % 8) & 1].append((digest, index))
    left, right = (naive_root(half, depth + 1) for half in halves)
    return hashlib.sha256(b"\x03" + left + right).digest()


class Pages(dict[str, bytes]):
    """Pages in memory."""

    def read(self, prefixes: Sequence[str]) -> Mapping[str, bytes]:
        return {prefix: self[prefix] for prefix in prefixes if prefix in self}

    def insert(self, leaves: Mapping[bytes, int]) -> bytes:
        records = [record(digest, index) for digest, index in leaves.items()]
        return map_pages.insert(records, self.read, self.update).hash

    def prove(self, digest: bytes) -> MapProof | None:
        return map_pages.prove(digest, self.read)


@pytest.fixture(scope="module", autouse=True, params=[6, map_pages.MOST_RECORDS])
def most_records(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a page hold few records too, so that small maps have pages of every kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_pages, "MOST_RECORDS", request.param)
        yield


def some_map(count: int) -> dict[bytes, int]:
    """Return digests that look like those of files."""
    return {hashlib.sha256(number.to_bytes(4, "big")).digest(): number for number in range(count)}


@given(maps)
def test_the_root_is_that_of_the_naive_tree(leaves: dict[bytes, int]) -> None:
    records = sorted(record(digest, index) for digest, index in leaves.items())
    assert subtree_of(records, 0).hash == naive_root(list(leaves.items()))
    pages = Pages()
    assert pages.insert(leaves) == naive_root(list(leaves.items()))
    assert map_pages.root_of(pages.read) == (len(leaves), naive_root(list(leaves.items())))


@given(maps, st.randoms(use_true_random=False), st.integers(1, 40))
def test_neither_order_nor_batches_matter(leaves: dict[bytes, int], random, size: int) -> None:
    whole, singly, parted = Pages(), Pages(), Pages()
    items = list(leaves.items())
    root = whole.insert(leaves)
    random.shuffle(items)
    for item in items:
        singly.insert(dict([item]))
    for start in range(0, len(items), size):
        parted.insert(dict(items[start : start + size]))
    assert map_pages.root_of(singly.read).hash == map_pages.root_of(parted.read).hash == root
    assert singly == parted == whole or not items


@given(st.one_of(entries, again), st.integers(1, 120))
def test_of_a_digest_that_comes_again_the_lowest_index_counts(
    items: list[tuple[bytes, int]], size: int
) -> None:
    lowest: dict[bytes, int] = {}
    for digest, index in items:
        lowest[digest] = min(index, lowest.get(digest, index))
    pages, at_once = Pages(), Pages()
    for start in range(0, len(items), size):
        records = [record(*item) for item in items[start : start + size]]
        root = map_pages.insert(records, pages.read, pages.update)
        assert root == map_pages.root_of(pages.read)
    at_once.insert(lowest)
    assert pages == at_once or not items
    assert map_pages.root_of(pages.read) == (len(lowest), naive_root(list(lowest.items())))


@given(maps, digests, st.integers(0, 255))
def test_a_subtree_below_any_depth_is_the_naive_one(
    leaves: dict[bytes, int], prefix: bytes, depth: int
) -> None:
    rest = (1 << 256 - depth) - 1
    top = int.from_bytes(prefix) & ~rest
    below = {
        (top | int.from_bytes(digest) & rest).to_bytes(32): index
        for digest, index in leaves.items()
    }
    records = sorted(record(*item) for item in below.items())
    assert subtree_of(records, depth) == (len(below), naive_root(list(below.items()), depth))


@given(maps, digests)
def test_a_proof_made_is_a_proof_checked(leaves: dict[bytes, int], asked: bytes) -> None:
    pages = Pages()
    root = pages.insert(leaves)
    records = sorted(record(digest, index) for digest, index in leaves.items())
    proof = pages.prove(asked)
    assert proof == prove_absence(records, asked)
    assert (proof is None) == (asked in leaves)
    if proof is not None:
        check_absence(Digest(asked), proof, root)
        assert MapProof.from_json(proof.to_json()) == proof
    for present in leaves:
        assert pages.prove(present) is None


@pytest.mark.slow
@given(st.integers(0, 40), st.integers(0, 2**32))
def test_every_single_bit_flip_is_refused(count: int, seed: int) -> None:
    leaves = some_map(count)
    pages = Pages()
    root = pages.insert(leaves)
    asked = hashlib.sha256(b"asked" + seed.to_bytes(8, "big")).digest()
    proof = pages.prove(asked)
    assert proof is not None
    for spoiled_root in flips(root):
        with pytest.raises(InvalidMapProof):
            check_absence(Digest(asked), proof, spoiled_root)
    for spoiled in spoiled_proofs(proof):
        with pytest.raises(InvalidMapProof):
            check_absence(Digest(asked), spoiled, root)


def flips(data: bytes):
    for bit in range(8 * len(data)):
        yield (int.from_bytes(data) ^ 1 << bit).to_bytes(len(data), "big")


def spoiled_proofs(proof: MapProof):
    if proof.other is not None:
        for other in flips(proof.other):
            yield replace(proof, other=other)
    for at, sibling in enumerate(proof.siblings):
        for spoiled in flips(sibling):
            yield replace(
                proof, siblings=(*proof.siblings[:at], spoiled, *proof.siblings[at + 1 :])
            )
    for at in range(len(proof.siblings)):
        yield replace(proof, siblings=proof.siblings[:at] + proof.siblings[at + 1 :])
    yield replace(proof, siblings=(EMPTY, *proof.siblings))
    yield replace(proof, siblings=(bytes([1]) * 32, *proof.siblings))
    yield replace(proof, siblings=(*proof.siblings, EMPTY))


def test_a_digest_in_the_map_cannot_be_shown_absent() -> None:
    leaves = some_map(50)
    pages = Pages()
    root = pages.insert(leaves)
    for digest, index in leaves.items():
        others = {other: number for other, number in leaves.items() if other != digest}
        without = Pages()
        without.insert(others)
        proof = without.prove(digest)
        assert proof is not None
        own = MapProof(proof.siblings, record(digest, index))
        for tried in (proof, own):
            with pytest.raises(InvalidMapProof):
                check_absence(Digest(digest), tried, root)


def test_the_first_index_of_a_digest_counts() -> None:
    (digest,) = some_map(1)
    pages = Pages()
    first = pages.insert({digest: 3})
    assert pages.insert({digest: 9}) == first
    assert map_pages.root_of(pages.read).leaves == 1
    both = [record(digest, 9), record(digest, 3)]
    assert map_pages.insert(both, Pages().read, lambda pages: None).hash == first


def test_digests_ground_to_share_a_long_prefix_only_deepen_the_path() -> None:
    alike = {bytes(31) + bytes([last]): last for last in range(200)}
    asked = bytes(31) + bytes([255])
    pages = Pages()
    root = pages.insert({**some_map(3000), **alike})
    proof = pages.prove(asked)
    assert proof is not None
    assert len(proof.siblings) > 240
    check_absence(Digest(asked), proof, root)


def test_the_empty_map_proves_every_absence() -> None:
    proof = Pages().prove(bytes(32))
    assert proof == MapProof((), None)
    check_absence(Digest(bytes(32)), proof, EMPTY)


def test_a_batch_writes_each_page_once_and_only_the_pages_on_its_way() -> None:
    pages = Pages()
    pages.insert(some_map(20_000))
    written: list[str] = []

    def write(changed: Mapping[str, bytes]) -> None:
        written.extend(changed)
        pages.update(changed)

    digest = hashlib.sha256(b"one more").digest()
    map_pages.insert([record(digest, 1)], pages.read, write)
    assert len(written) == len(set(written))
    path = f"{int.from_bytes(digest):0256b}"
    assert all(path.startswith(prefix) for prefix in written)
    assert len(written) <= 10


@pytest.mark.parametrize("count", [1000, 2000, 4000, 8000, 16_000])
def test_pages_are_well_filled_at_every_size(count: int) -> None:
    pages = Pages()
    pages.insert(some_map(count))
    assert map_pages.MOST_RECORDS / 6 < count / len(pages) < map_pages.MOST_RECORDS


def test_a_batch_larger_than_what_is_read_ahead_is_the_same_as_singles() -> None:
    leaves = some_map(3 * map_pages.RECORDS_AHEAD)
    items = list(leaves.items())
    pages = Pages()
    pages.insert(dict(items[:5000]))
    root = pages.insert(dict(items[5000:]))
    assert root == subtree_of(sorted(record(*item) for item in items), 0).hash
    assert map_pages.root_of(pages.read).leaves == len(leaves)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"siblings": []},
        {"siblings": {}, "other": None},
        {"siblings": ["00"], "other": None},
        {"siblings": [7], "other": None},
        {"siblings": ["AB" * 32], "other": None},
        {"siblings": [], "other": None, "more": 1},
        {"siblings": [], "other": {"digest": "ab" * 32}},
        {"siblings": [], "other": {"digest": "ab" * 32, "index": True}},
        {"siblings": [], "other": {"digest": "ab" * 32, "index": -1}},
        {"siblings": [], "other": {"digest": "ab" * 32, "index": 2**53}},
        {"siblings": [], "other": {"digest": "ab" * 31, "index": 1}},
        {"siblings": [], "other": {"digest": "ab" * 32, "index": 1, "more": 1}},
        {"siblings": [], "other": "ab" * 40},
    ],
)
def test_a_malformed_proof_is_refused(value: object) -> None:
    with pytest.raises(InvalidAbsence):
        MapProof.from_json(value)


@pytest.mark.parametrize(
    "proof",
    [
        MapProof((bytes(31),), None),
        MapProof((bytes([1]) * 32,) * 257, None),
        MapProof((), bytes(39)),
        MapProof((), b""),
    ],
)
def test_a_proof_of_another_shape_is_refused(proof: MapProof) -> None:
    with pytest.raises(InvalidMapProof):
        check_absence(Digest(bytes(32)), proof, EMPTY)
