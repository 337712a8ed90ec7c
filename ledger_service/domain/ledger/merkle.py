"""The RFC 6962 Merkle tree: hashing, incremental append, both proofs and both checks.

Nothing here stores anything. A node is the root of a *complete* subtree, named by (level, offset):
level 0 is a leaf hash, and node (l, i) covers leaves i·2^l to (i+1)·2^l - 1. Whoever stores nodes
hands in a function that reads a list of them at once, so a proof at any past size costs one read
of O(log n) nodes. Hashes are 32 bytes of SHA-256. Source: RFC 6962 §2.1 = RFC 9162 §2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidInclusionProof,
    InvalidInput,
)

EMPTY_ROOT = hashlib.sha256(b"").digest()
LONGEST_PROOF = 63  # hashes; the tree's size is below 2^63


class NodeName(NamedTuple):
    """Where a complete subtree stands: its height and its position at that height, from 0."""

    level: int
    offset: int


# As NodeName(level, offset), of a pair and in a third of the time: a proof makes some thirty.
name_of_pair: Callable[[tuple[int, int]], NodeName] = partial(tuple.__new__, NodeName)


class NodeRun(NamedTuple):
    """Consecutive nodes of one level: `hashes[i]` is node (level, offset + i)."""

    level: int
    offset: int
    hashes: list[bytes]


Node = tuple[NodeName, bytes]
ReadNodes = Callable[[Sequence[NodeName]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return `leaf_hash` of each entry; faster for many."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The right edge of a tree: all that is needed to append and to know the root.

    `peaks` are the roots of the complete subtrees that make up the tree, largest first, one for
    each 1-bit of `size`.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def load(cls, size: int, read: ReadNodes) -> Frontier:
        """Return the frontier of the first `size` leaves from stored nodes."""
        return cls(size, list(read(_complete_subtrees(0, size))))

    def append(self, hash_of_leaf: bytes) -> list[Node]:
        """Take one more leaf hash; return the nodes that it completes, leaf first."""
        completed = [(NodeName(0, self.size), hash_of_leaf)]
        level, current = 0, hash_of_leaf
        while self.size >> level & 1:
            current = node_hash(self.peaks.pop(), current)
            level += 1
            completed.append((NodeName(level, self.size >> level), current))
        self.peaks.append(current)
        self.size += 1
        return completed

    def extend(self, hashes_of_leaves: Sequence[bytes]) -> list[NodeRun]:
        """Take more leaf hashes; return the nodes that they complete, a run a level, leaves first.

        The same as `append` for each, but level by level, which is faster for many.
        """
        runs: list[NodeRun] = []
        edge: list[bytes] = []  # the new peaks, lowest first
        sha256 = hashlib.sha256
        level, row = 0, list(hashes_of_leaves)
        while row:
            offset = self.size >> level
            runs.append(NodeRun(level, offset, row))
            pairs = [self.peaks.pop(), *row] if offset & 1 else row
            if len(pairs) & 1:
                edge.append(pairs[-1])
            taken = iter(pairs)  # an odd one out at the end is dropped by zip, and is in `edge`
            row = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(taken, taken, strict=False)
            ]
            level += 1
        self.peaks += reversed(edge)
        self.size += len(hashes_of_leaves)
        return runs

    def root(self) -> bytes:
        """Return the root hash; SHA-256 of nothing for the empty tree."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT


def root_hash(size: int, read: ReadNodes) -> bytes:
    """Return the root of the first `size` leaves, from stored nodes."""
    return Frontier.load(size, read).root()


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves.

    At most 63 hashes of 32 bytes, leaf upward. Bounds: 0 ≤ index < size. Source: RFC 9162 §2.1.3.1.

    Raises:
        InvalidInput: index or size out of bounds.
    """
    if not 0 <= index < size:
        raise InvalidInput("index", index=index, size=size)
    names, edge = path_above(0, index, size)
    return folded_at(list(read(names)), edge)


Path = tuple[list[NodeName], slice]
"""The nodes of a proof, and which of them make up the one sibling that may be incomplete."""


def path_above(level: int, place: int, size: int, top: int = LONGEST_PROOF + 1) -> Path:
    """Return the nodes of a proof from a level up to another; place: of the subtree that is proved there."""
    names: list[NodeName] = []
    edge = slice(0)
    last = (size - 1) >> level
    while last and level < top:
        if place & 1:
            names.append(name_of_pair((level, place - 1)))
        elif place < last:
            if (place + 2) << level <= size:
                names.append(name_of_pair((level, place + 1)))
            else:
                before = len(names)
                names += _complete_subtrees((place + 1) << level, size)
                edge = slice(before, len(names))
        level, place, last = level + 1, place >> 1, last >> 1
    return names, edge


def consistency_proof(old_size: int, new_size: int, read: ReadNodes) -> list[bytes]:
    """Return the proof that the tree of `old_size` leaves is a prefix of that of `new_size`.

    At most 63 hashes of 32 bytes. Empty for old size 0 and for equal sizes. Source: RFC 9162 §2.1.4.1.

    Raises:
        InvalidInput: unless 0 ≤ old_size ≤ new_size.
    """
    if not 0 <= old_size <= new_size:
        raise InvalidInput("prefix", new_size=new_size, old_size=old_size)
    if old_size in (0, new_size):
        return []
    ranges: list[tuple[int, int]] = []
    low, high, whole = 0, new_size, True
    while old_size != high:
        middle = low + _split(high - low)
        if old_size <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    if not whole:
        ranges.append((low, high))
    return _read_ranges(ranges[::-1], read)


def check_inclusion(
    hash_of_leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf is in the tree of this size and root; raise InvalidInclusionProof otherwise.

    proof: at most 63 hashes of 32 bytes, leaf upward. Source: RFC 9162 §2.1.3.2;
    tests/vectors/rfc6962.
    """
    if root_of_inclusion(hash_of_leaf, index, size, proof) != root:
        raise InvalidInclusionProof("other-root", index=index, size=size)


def root_of_inclusion(hash_of_leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root to which a proof leads; raise InvalidInclusionProof if it has another shape."""
    if not 0 <= index < size:
        raise InvalidInclusionProof("index", index=index, size=size)
    if not _is_shaped(proof):
        raise InvalidInclusionProof("shape", most=LONGEST_PROOF)
    fn, sn, result = index, size - 1, hash_of_leaf
    sha256 = hashlib.sha256  # as node_hash, without a call for each level
    for sibling in proof:
        if sn == 0:
            raise InvalidInclusionProof("too-long")
        if fn & 1 or fn == sn:
            result = sha256(b"\x01" + sibling + result).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = sha256(b"\x01" + result + sibling).digest()
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise InvalidInclusionProof("too-short")
    return result


def check_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new; raise InvalidConsistencyProof otherwise.

    proof: at most 63 hashes of 32 bytes. Source: RFC 9162 §2.1.4.2; tests/vectors/rfc6962.
    """
    if not 0 <= old_size <= new_size:
        raise InvalidConsistencyProof("shrinks", old_size=old_size, new_size=new_size)
    if not _is_shaped(proof):
        raise InvalidConsistencyProof("shape", most=LONGEST_PROOF)
    if old_size in (0, new_size):
        if proof:
            raise InvalidConsistencyProof("not-empty")
        if old_root != (new_root if old_size == new_size else EMPTY_ROOT):
            raise InvalidConsistencyProof("two-roots", size=old_size)
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise InvalidConsistencyProof("empty")
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old_result = new_result = path[0]
    for sibling in path[1:]:
        if sn == 0:
            raise InvalidConsistencyProof("too-long")
        if fn & 1 or fn == sn:
            old_result = node_hash(sibling, old_result)
            new_result = node_hash(sibling, new_result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new_result = node_hash(new_result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or old_result != old_root or new_result != new_root:
        raise InvalidConsistencyProof("not-extended", new_size=new_size, old_size=old_size)


def root_of_leaves(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, keeping only the right edge in memory."""
    frontier = Frontier()
    for item in hashes:
        frontier.append(item)
    return frontier.root()


def _split(count: int) -> int:
    """Return the largest power of two below count; count ≥ 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _complete_subtrees(low: int, high: int) -> list[NodeName]:
    """Return the complete subtrees that make up leaves low to high - 1, left to right.

    `low` is a multiple of the largest of them, as in every range of RFC 6962.
    """
    names = []
    while low < high:
        level = (high - low).bit_length() - 1
        names.append(name_of_pair((level, low >> level)))
        low += 1 << level
    return names


def _read_ranges(ranges: Sequence[tuple[int, int]], read: ReadNodes) -> list[bytes]:
    groups = [_complete_subtrees(low, high) for low, high in ranges]
    hashes = iter(read([name for group in groups for name in group]))
    return [_fold([next(hashes) for _ in group]) for group in groups]


def folded_at(hashes: list[bytes], edge: slice) -> list[bytes]:
    """Return the hashes of a path as a proof has them."""
    if edge.stop:
        hashes[edge] = [_fold(hashes[edge])]
    return hashes


def _fold(peaks: Sequence[bytes]) -> bytes:
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result


def _is_shaped(proof: Sequence[bytes]) -> bool:
    return len(proof) <= LONGEST_PROOF and {*map(len, proof)} <= {32}
