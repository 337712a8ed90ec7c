"""The verifiable map: a sparse Merkle tree over digests, in which a miss can be proved.

It holds the digests that the ledger has taken in, each with the index of its first entry that says so.
A digest is its own path: bit 0 is its first byte's highest. A subtree without leaves is 32 zero
bytes, one with a single leaf is that leaf's hash, any other is the hash of its two halves; so a path
is about log2(count) long, and the root does not depend on the order of insertion. Nothing here
stores anything: map_pages.py does. Hashes are 32 bytes of SHA-256. Normative text: docs/formats.md §13.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from ledger_service.domain.errors import InvalidAbsence, InvalidDigest, InvalidMapProof
from ledger_service.domain.identifiers import Digest

EMPTY = bytes(32)
DIGEST_BITS = 256
DIGEST_BYTES = 32
RECORD_BYTES = 40  # digest ‖ index
LARGEST_INDEX = 2**53 - 1
_RECORD_BITS = 8 * RECORD_BYTES
_LEAF, _NODE = b"\x02", b"\x03"  # RFC 6962 has 0x00 and 0x01, so no hash serves in both trees
_sha256 = hashlib.sha256
# To copy a hash that has taken its prefix is quicker than to begin one.
_begin_leaf, _begin_node = _sha256(_LEAF).copy, _sha256(_NODE).copy


def record(digest: bytes, index: int) -> bytes:
    """Return the 40 bytes that stand for a leaf: digest ‖ index, 8 bytes big-endian."""
    return digest + index.to_bytes(8, "big")


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(0x02 ‖ digest ‖ index) of a record of 40 bytes."""
    return _sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x03 ‖ left ‖ right), of which one at most is empty."""
    return _sha256(_NODE + left + right).digest()


class Subtree(NamedTuple):
    """leaves: how many are in it; hash: 32 bytes, which for no leaves are zero."""

    leaves: int
    hash: bytes


NO_LEAVES = Subtree(0, EMPTY)


def join(left: Subtree, right: Subtree) -> Subtree:
    """Return the subtree of two halves; one that holds a single leaf in all is that leaf."""
    leaves = left.leaves + right.leaves
    if leaves < 2:
        return left if left.leaves else right
    return Subtree(leaves, node_hash(left.hash, right.hash))


def subtree_of(records: Sequence[bytes], depth: int) -> Subtree:
    """Return the subtree of records whose first `depth` bits are equal.

    records: sorted, each digest once. Every node is hashed once, from left to right. Two neighbors part
    at a fork; the left half of each fork waits for its right one, the deepest on top.
    """
    if not records:
        return NO_LEAVES
    begin_leaf, begin_node = _begin_leaf, _begin_node
    keys = list(map(int.from_bytes, records))  # 320 bits: neighbors part within the digest
    forks = [_RECORD_BITS - (one ^ other).bit_length() for one, other in pairwise(keys)]
    waiting: list[tuple[int, bytes]] = []
    above, left = -1, EMPTY  # the fork on top and its left half; -1 is above the root
    for leaf, key, fork in zip(records, keys, [*forks, depth - 1], strict=True):
        hashing = begin_leaf()
        hashing.update(leaf)
        current = hashing.digest()  # at any depth, while the leaf is alone
        while above > fork:
            at, halves = above, left + current
            above, left = waiting.pop()
            end = fork if fork > above else above
            while True:
                hashing = begin_node()
                hashing.update(halves)
                current = hashing.digest()
                at -= 1
                if at == end:
                    break
                # With nothing beside it, up to the half that the next fork takes.
                halves = EMPTY + current if key >> (_RECORD_BITS - 1 - at) & 1 else current + EMPTY
        waiting.append((above, left))
        above, left = fork, current
    return Subtree(len(records), left)


@dataclass(frozen=True)
class MapProof:
    """That a digest is not in a map: where its path ends, and what stands beside the path.

    siblings: hashes of 32 bytes, from the end of the path upward; at most 256. other: the record of
    40 bytes at the end of the path, None for an empty subtree.
    """

    siblings: tuple[bytes, ...]
    other: bytes | None

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object; inverse of `from_json`."""
        other = None
        if self.other is not None:
            index = int.from_bytes(self.other[DIGEST_BYTES:])
            other = {"digest": self.other[:DIGEST_BYTES].hex(), "index": index}
        return {"siblings": [item.hex() for item in self.siblings], "other": other}

    @classmethod
    def from_json(cls, value: Any) -> MapProof:
        """Return the proof of a JSON object; raise InvalidAbsence if it is malformed."""
        try:
            if set(value) != {"siblings", "other"} or type(value["siblings"]) is not list:
                raise InvalidAbsence("map-members")
            siblings = tuple(Digest.parse(item).value for item in value["siblings"])
            other = value["other"]
            if other is None:
                return cls(siblings, None)
            index = other["index"]
            if set(other) != {"digest", "index"} or type(index) is not int:
                raise InvalidAbsence("other-members")
            if not 0 <= index <= LARGEST_INDEX:
                raise InvalidAbsence("other-index")
            return cls(siblings, record(Digest.parse(other["digest"]).value, index))
        except (KeyError, TypeError, AttributeError, InvalidDigest) as exc:
            raise InvalidAbsence("map-parts") from exc


def prove_absence(records: Sequence[bytes], digest: bytes, depth: int = 0) -> MapProof | None:
    """Return the proof against the subtree of these records, None if the digest is among them.

    records: sorted, each digest once, with the digest's first `depth` bits.
    """
    key = int.from_bytes(digest)
    siblings: list[bytes] = []
    low, high = 0, len(records)
    while high - low > 1:
        size = DIGEST_BITS - 1 - depth
        middle = bisect_left(records, (((key >> size) | 1) << size).to_bytes(32, "big"), low, high)
        depth += 1
        if key >> size & 1:
            siblings.append(subtree_of(records[low:middle], depth).hash)
            low = middle
        else:
            siblings.append(subtree_of(records[middle:high], depth).hash)
            high = middle
    if low == high:
        return MapProof(tuple(reversed(siblings)), None)
    if records[low].startswith(digest):
        return None
    return MapProof(tuple(reversed(siblings)), records[low])


def check_absence(digest: Digest, proof: MapProof, root: bytes) -> None:
    """Check that the digest is not in the map of this root; raise InvalidMapProof otherwise.

    The path of a digest ends in one place only: at an empty subtree or at one leaf. Whoever shows
    that place, with a hash that is not the digest's own leaf, has shown that the digest is not there.
    """
    length = len(proof.siblings)
    if length > DIGEST_BITS:
        raise InvalidMapProof("path-length", length=length)
    if any(len(item) != DIGEST_BYTES for item in proof.siblings):
        raise InvalidMapProof("sibling")
    if length and proof.siblings[0] == EMPTY:
        # A map ends a path as soon as one leaf is left, so the last fork has something on both sides.
        raise InvalidMapProof("path-too-deep")
    key = int.from_bytes(digest.value)
    current = EMPTY if proof.other is None else _other_leaf(key, proof.other, length)
    for height, sibling in enumerate(proof.siblings):
        if key >> (DIGEST_BITS - length + height) & 1:
            current = node_hash(sibling, current)
        else:
            current = node_hash(current, sibling)
    if current != root:
        raise InvalidMapProof("other-root", digest=str(digest))


def _other_leaf(key: int, other: bytes, length: int) -> bytes:
    if len(other) != RECORD_BYTES:
        raise InvalidMapProof("other-leaf")
    shared = DIGEST_BITS - (key ^ int.from_bytes(other[:DIGEST_BYTES])).bit_length()
    if shared == DIGEST_BITS:
        raise InvalidMapProof("in-map")
    if shared < length:
        raise InvalidMapProof("other-leaf-elsewhere")
    return leaf_hash(other)
