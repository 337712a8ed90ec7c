"""Makes the vectors of the verifiable map in `tests/vectors/map/`, from the words of docs/formats.md §13.

Imports nothing of the product: a map is built here a bit at a time, as the page defines it, and each
false case differs from a true one in one thing. The layout is in `tests/vectors/map/README.md`.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "map"
EMPTY = bytes(32)
SIZES = (0, 1, 2, 3, 5, 17, 100, 1000)
ASKED_FOR_EACH = 3
Leaf = tuple[bytes, int]
Case = dict[str, Any]


def main() -> None:
    """Write both files."""
    maps = [some_leaves(size) for size in SIZES]
    maps.append([(bytes(31) + bytes([last]), last) for last in range(4)])
    maps.append([(EMPTY, 0), (b"\x80" + bytes(31), 2**53 - 1)])
    roots = [
        {"leaves": [[key.hex(), index] for key, index in leaves], "root": root(leaves, 0).hex()}
        for leaves in maps
        if len(leaves) <= 100
    ]
    cases = [case for leaves in maps for case in cases_of(leaves)]
    write("roots.json", roots)
    write("absence.json", cases)


def some_leaves(count: int) -> list[Leaf]:
    """Return digests as those of files, the first of which is that of no bytes at all."""
    return [(sha256(bytes(number)).digest(), 3 * number) for number in range(count)]


def hash_of_leaf(leaf: Leaf) -> bytes:
    """Return SHA-256(0x02 ‖ digest ‖ index)."""
    return sha256(b"\x02" + leaf[0] + leaf[1].to_bytes(8, "big")).digest()


def halves(leaves: list[Leaf], depth: int) -> tuple[list[Leaf], list[Leaf]]:
    """Return the leaves whose bit at this depth is 0, and those where it is 1."""
    return (
        [leaf for leaf in leaves if not bit(leaf[0], depth)],
        [leaf for leaf in leaves if bit(leaf[0], depth)],
    )


def bit(digest: bytes, depth: int) -> int:
    """Return a bit of a digest, the highest of the first byte at depth 0."""
    return digest[depth // 8] >> (7 - depth % 8) & 1


def root(leaves: list[Leaf], depth: int) -> bytes:
    """Return the hash of the subtree of these leaves."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return hash_of_leaf(leaves[0])
    left, right = halves(leaves, depth)
    return sha256(b"\x03" + root(left, depth + 1) + root(right, depth + 1)).digest()


def path(leaves: list[Leaf], digest: bytes, depth: int = 0) -> tuple[list[bytes], Leaf | None]:
    """Return the siblings from the end of a path upward, and the leaf at its end, if there is one."""
    if len(leaves) < 2:
        return [], leaves[0] if leaves else None
    sides = halves(leaves, depth)
    own = bit(digest, depth)
    below, end = path(sides[own], digest, depth + 1)
    return [*below, root(sides[1 - own], depth + 1)], end


def cases_of(leaves: list[Leaf]) -> Iterator[Case]:
    """Yield true and false cases against the map of these leaves."""
    top = root(leaves, 0)
    for number in range(ASKED_FOR_EACH):
        digest = sha256(f"not there {len(leaves)} {number}".encode()).digest()
        siblings, end = path(leaves, digest)
        yield case("absent", digest, siblings, end, top, valid=True)
        yield from false_cases(digest, siblings, end, top)
    if not leaves:
        yield case("257 siblings", EMPTY, [flip(EMPTY)] * 257, None, top, valid=False)
    near = leaves[-1][0][:31] + bytes([leaves[-1][0][31] ^ 1]) if leaves else EMPTY
    if near not in dict(leaves):
        yield case("absent, all bits but one shared", near, *path(leaves, near), top, valid=True)
    for leaf in leaves[:2]:
        siblings, end = path(leaves, leaf[0])
        yield case("present, shown as it is", leaf[0], siblings, end, top, valid=False)
        yield case("present, shown as empty", leaf[0], siblings, None, top, valid=False)


def false_cases(
    digest: bytes, siblings: list[bytes], end: Leaf | None, top: bytes
) -> Iterator[Case]:
    """Yield cases that differ from a true one in one thing."""

    def spoiled(name: str, **changes: Any) -> Case:
        parts = {"digest": digest, "siblings": siblings, "end": end, "top": top, **changes}
        return case(name, **parts, valid=False)

    yield spoiled("root with a bit flipped", top=flip(top))
    yield spoiled("a sibling too many below", siblings=[flip(EMPTY), *siblings])
    yield spoiled("an empty sibling below", siblings=[EMPTY, *siblings])
    yield spoiled("a sibling too many above", siblings=[*siblings, flip(EMPTY)])
    if end is None:
        yield spoiled("another leaf where there is none", end=(digest[:31] + b"\0", 1))
    else:
        yield spoiled("the other leaf left out", end=None)
        yield spoiled("the other leaf's index", end=(end[0], end[1] + 1))
        yield spoiled("the other leaf's digest", end=(flip(end[0]), end[1]))
        yield spoiled("the asked digest as the other leaf", end=(digest, end[1]))
    if siblings:
        yield spoiled("a sibling with a bit flipped", siblings=[flip(siblings[0]), *siblings[1:]])
        yield spoiled("the lowest sibling left out", siblings=siblings[1:])
        yield spoiled("the highest sibling left out", siblings=siblings[:-1])
        beyond = bytes([digest[0] ^ 0x80]) + digest[1:]
        yield spoiled("a digest on the other side", digest=beyond)
    if len(siblings) > 1:
        yield spoiled("siblings in the other order", siblings=siblings[::-1])


def flip(data: bytes) -> bytes:
    """Return bytes with their last bit flipped."""
    return data[:-1] + bytes([data[-1] ^ 1])


def case(
    name: str, digest: bytes, siblings: list[bytes], end: Leaf | None, top: bytes, *, valid: bool
) -> Case:
    """Return a row of absence.json."""
    other = None if end is None else {"digest": end[0].hex(), "index": end[1]}
    return {
        "name": name,
        "valid": valid,
        "digest": digest.hex(),
        "root": top.hex(),
        "map": {"siblings": [item.hex() for item in siblings], "other": other},
    }


def write(name: str, rows: list[Case]) -> None:
    """Write rows, one a line."""
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (FOLDER / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
