"""The Merkle tree against published leaves, shared vectors, and itself under any sequence of appends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidInclusionProof,
    InvalidInput,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import Frontier, NodeName

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"
# The eight leaves that the Certificate Transparency test suites use, and their root.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
CT_LEAVES.append("606162636465666768696a6b6c6d6e6f")
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

sizes = st.integers(1, 70)


class Tree:
    """A tree that keeps its nodes and the root of every size."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.nodes: dict[NodeName, bytes] = {}
        self.leaves = [merkle.leaf_hash(leaf) for leaf in leaves]
        frontier = Frontier()
        self.roots = [frontier.root()]
        for leaf in self.leaves:
            self.nodes.update(frontier.append(leaf))
            self.roots.append(frontier.root())

    def read(self, names: Sequence[NodeName]) -> list[bytes]:
        return [self.nodes[name] for name in names]


def tree_of(size: int) -> Tree:
    return Tree([number.to_bytes(2, "big") for number in range(size)])


def vectors(name: str) -> Iterator[Any]:
    table = json.loads((VECTORS / f"{name}.json").read_text())
    starts = table["proof_start"]
    for row in range(len(table["name"])):
        hashes = table["hashes"][starts[row] : starts[row + 1]]
        fields = {key: table[key][row] for key in table if key not in ("hashes", "proof_start")}
        fields["proof"] = [bytes.fromhex(item) for item in hashes]
        yield pytest.param(fields, id=f"{row}: {fields['name']}")


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_the_published_leaves_have_the_published_root() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in CT_LEAVES]
    assert merkle.root_of_leaves(map(merkle.leaf_hash, leaves)).hex() == CT_ROOT


def test_leaves_and_roots_are_those_of_the_vectors() -> None:
    table = json.loads((VECTORS / "tree.json").read_text())
    tree = Tree([bytes.fromhex(entry) for entry in table["entry"]])
    assert [leaf.hex() for leaf in tree.leaves] == table["leaf"]
    assert [root.hex() for root in tree.roots] == table["root"]


@pytest.mark.parametrize("vector", list(vectors("inclusion")))
def test_inclusion_is_judged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    def check() -> None:
        leaf, root = bytes.fromhex(vector["leaf"]), bytes.fromhex(vector["root"])
        merkle.check_inclusion(leaf, vector["index"], vector["size"], vector["proof"], root)

    if vector["valid"]:
        check()
    else:
        with pytest.raises(InvalidInclusionProof):
            check()


@pytest.mark.parametrize("vector", list(vectors("consistency")))
def test_consistency_is_judged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    def check() -> None:
        old, new = bytes.fromhex(vector["old_root"]), bytes.fromhex(vector["new_root"])
        merkle.check_consistency(vector["old_size"], old, vector["new_size"], new, vector["proof"])

    if vector["valid"]:
        check()
    else:
        with pytest.raises(InvalidConsistencyProof):
            check()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_after_any_appends_the_ledger_extends_every_earlier_checkpoint(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    new = len(leaves)
    for old in range(new + 1):
        proof = merkle.consistency_proof(old, new, tree.read)
        merkle.check_consistency(old, tree.roots[old], new, tree.roots[new], proof)
        assert merkle.root_hash(old, tree.read) == tree.roots[old]


@given(sizes, st.data())
def test_a_proof_made_is_a_proof_checked(size: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, tree.read)
    merkle.check_inclusion(tree.leaves[index], index, size, proof, tree.roots[size])


@given(sizes, st.data())
def test_one_flipped_bit_anywhere_breaks_an_inclusion_proof(size: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    parts = [tree.leaves[index], tree.roots[size]]
    parts += merkle.inclusion_proof(index, size, tree.read)
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = flipped(parts[place], data.draw(st.integers(0, 255)))
    with pytest.raises(InvalidInclusionProof):
        merkle.check_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(sizes, sizes, st.data())
def test_one_flipped_bit_anywhere_breaks_a_consistency_proof(
    one: int, other: int, data: st.DataObject
) -> None:
    old, new = sorted((one, other))
    tree = tree_of(new)
    parts = [tree.roots[old], tree.roots[new]]
    parts += merkle.consistency_proof(old, new, tree.read)
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = flipped(parts[place], data.draw(st.integers(0, 255)))
    with pytest.raises(InvalidConsistencyProof):
        merkle.check_consistency(old, parts[0], new, parts[1], parts[2:])


@given(sizes, st.sampled_from([-1, 1]), st.data())
def test_an_entry_is_proved_at_its_own_index_only(
    size: int, step: int, data: st.DataObject
) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, tree.read)
    with pytest.raises(InvalidInclusionProof):
        merkle.check_inclusion(tree.leaves[index], index + step, size, proof, tree.roots[size])


@given(sizes, st.data())
def test_a_consistency_proof_serves_no_neighboring_size(size: int, data: st.DataObject) -> None:
    tree = tree_of(size + 2)
    old = data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(old, size, tree.read)
    for given_old, given_new in ((old, size + 1), (old + 1, size + 1), (old - 1, size)):
        with pytest.raises(InvalidConsistencyProof):
            merkle.check_consistency(
                given_old, tree.roots[old], given_new, tree.roots[size + 1], proof
            )


@given(sizes, st.booleans(), st.data())
def test_missing_and_extra_hashes_are_refused(size: int, at_end: bool, data: st.DataObject) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, tree.read)
    longer = [*proof, bytes(32)] if at_end else [bytes(32), *proof]
    wrong = [longer]
    if proof:
        wrong.append(proof[:-1] if at_end else proof[1:])
    for changed in wrong:
        with pytest.raises(InvalidInclusionProof):
            merkle.check_inclusion(tree.leaves[index], index, size, changed, tree.roots[size])


@given(sizes, st.data())
def test_missing_and_extra_hashes_break_consistency(size: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    old = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(old, size, tree.read)
    wrong = [[*proof, bytes(32)], [bytes(32), *proof]] + ([proof[:-1], proof[1:]] if proof else [])
    for changed in wrong:
        with pytest.raises(InvalidConsistencyProof):
            merkle.check_consistency(old, tree.roots[old], size, tree.roots[size], changed)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (5, 4), (0, -1)])
def test_no_inclusion_proof_is_made_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(InvalidInput):
        merkle.inclusion_proof(index, size, tree_of(8).read)
    with pytest.raises(InvalidInclusionProof):
        merkle.check_inclusion(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4), (0, -1)])
def test_no_consistency_proof_is_made_for_a_ledger_that_shrinks(old: int, new: int) -> None:
    with pytest.raises(InvalidInput):
        merkle.consistency_proof(old, new, tree_of(8).read)
    with pytest.raises(InvalidConsistencyProof):
        merkle.check_consistency(old, bytes(32), new, bytes(32), [])


@pytest.mark.parametrize("proof", [[bytes(31)], [bytes(33)], [b""], [bytes(32)] * 64])
def test_a_proof_of_another_shape_is_refused(proof: list[bytes]) -> None:
    tree = tree_of(7)
    with pytest.raises(InvalidInclusionProof, match=r"invalid-inclusion-proof.shape"):
        merkle.check_inclusion(tree.leaves[0], 0, 7, proof, tree.roots[7])
    with pytest.raises(InvalidConsistencyProof, match=r"invalid-consistency-proof.shape"):
        merkle.check_consistency(3, tree.roots[3], 7, tree.roots[7], proof)


def test_two_roots_for_one_size_are_a_fork() -> None:
    tree = tree_of(3)
    with pytest.raises(InvalidConsistencyProof, match=r"invalid-consistency-proof.two-roots"):
        merkle.check_consistency(3, tree.roots[3], 3, tree.roots[2], [])
    with pytest.raises(InvalidConsistencyProof, match=r"invalid-consistency-proof.two-roots"):
        merkle.check_consistency(0, tree.roots[1], 3, tree.roots[3], [])


def test_an_empty_proof_shows_nothing_of_a_ledger_that_grew() -> None:
    tree = tree_of(7)
    with pytest.raises(InvalidConsistencyProof, match=r"invalid-consistency-proof.empty"):
        merkle.check_consistency(3, tree.roots[3], 7, tree.roots[7], [])


def test_a_frontier_is_loaded_from_stored_nodes() -> None:
    tree = tree_of(13)
    for size in range(14):
        frontier = Frontier.load(size, tree.read)
        assert frontier.root() == tree.roots[size]
        assert len(frontier.peaks) == size.bit_count()


@given(st.lists(st.integers(0, 40), max_size=6))
def test_a_batch_completes_the_nodes_that_its_leaves_would_one_by_one(batches: list[int]) -> None:
    tree = tree_of(sum(batches))
    frontier, found, size = Frontier(), dict[NodeName, bytes](), 0
    for count in batches:
        runs = frontier.extend(tree.leaves[size : size + count])
        assert [run.level for run in runs] == list(range(len(runs)))
        for run in runs:
            names = [NodeName(run.level, run.offset + place) for place in range(len(run.hashes))]
            assert not found.keys() & set(names)
            found.update(zip(names, run.hashes, strict=True))
        size += count
        assert (frontier.size, frontier.root()) == (size, tree.roots[size])
        assert len(frontier.peaks) == size.bit_count()
    assert found == tree.nodes
