"""Makes the RFC 6962 vectors in `tests/vectors/rfc6962/` with an implementation that is not ours.

Every root and proof comes from the PyPI package scitt-cose, whose checks must also take each valid
case and refuse each invalid one before it is written. Imports nothing of the product. The package
is needed only to make the files again, which takes a minute:

    pip install scitt-cose==0.5.0 && python scripts/vectors/rfc6962.py

The layout of the files is in `tests/vectors/rfc6962/README.md`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from scitt_cose import merkle

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "rfc6962"

# The leaves that Certificate Transparency implementations share, and the root of all eight.
CT_ENTRIES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    bytes(range(0x60, 0x70)).hex(),
)
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

LARGEST_COMPLETE = 17  # every index and every pair of sizes up to here
LARGER_SIZES = (31, 32, 33, 64, 65, 100, 127, 128, 129, 256, 257, 1000)
MILLION = 1_000_000
MILLION_OLD_SIZES = (1, 2, 1000, 524_287, 524_288, 524_289, 600_001, 983_040, 999_999)
HUGE = (
    (0, 2**32 + 1),
    (2**32, 2**32 + 1),
    (2**40 - 1, 2**40),
    (2**61 + 12_345, 2**62),
    (2**62 - 2, 2**62 - 1),
)

# Of these the false cases are made.
SPOILED_SIZES, SPOILED_INDEXES = (1, 2, 3, 5, 8, 13, 65), (0, 2, 4, 7, 12, 64)
SPOILED_PAIRS = (
    *((0, 0), (0, 7), (1, 1), (1, 8), (3, 7), (4, 7), (6, 8), (8, 8), (8, 13), (64, 128)),
    (600_001, MILLION),
)

EMPTY_ROOT = sha256(b"").hexdigest()
OTHER = sha256(b"not a node of any tree here").hexdigest()


@dataclass(frozen=True)
class Inclusion:
    """An inclusion proof. entry: hex; proof: hashes in hex, leaf upward."""

    name: str
    entry: str
    index: int
    size: int
    root: str
    proof: tuple[str, ...]

    def holds(self) -> bool:
        """Return what the independent implementation says."""
        return merkle.verify_inclusion(
            self.entry, self.index, self.size, list(self.proof), self.root
        )


@dataclass(frozen=True)
class Consistency:
    """A consistency proof. proof: hashes in hex."""

    name: str
    old_size: int
    old_root: str
    new_size: int
    new_root: str
    proof: tuple[str, ...]

    def holds(self) -> bool:
        """Return what the independent implementation says; it does not look at the root of size 0."""
        if self.old_size == 0 and self.old_root != EMPTY_ROOT:
            return False
        return merkle.verify_consistency(
            self.old_root, self.new_root, self.old_size, self.new_size, list(self.proof)
        )


Case = TypeVar("Case", Inclusion, Consistency)


def entries(count: int) -> list[str]:
    """Return the entries of the tree of this size: the index as 8 bytes big-endian, in hex."""
    return [index.to_bytes(8, "big").hex() for index in range(count)]


@cache
def root_of(size: int) -> str:
    """Return the root of the tree of this size."""
    return merkle.merkle_root(entries(size))


def valid_inclusions() -> Iterator[Inclusion]:
    """Yield proofs for all of small trees, the edges of larger ones, and huge ones by a fold alone."""
    for size in (*range(1, LARGEST_COMPLETE + 1), *LARGER_SIZES):
        everywhere = size <= LARGEST_COMPLETE
        for index in range(size) if everywhere else sorted({0, 1, size // 2, size - 2, size - 1}):
            proof = tuple(merkle.inclusion_proof(entries(size), index))
            yield Inclusion("valid", entries(size)[index], index, size, root_of(size), proof)
    for index, size in HUGE:
        length = next(
            n for n in range(64) if merkle.root_from_inclusion_proof("", index, size, [OTHER] * n)
        )
        proof = tuple(sha256(bytes([level])).hexdigest() for level in range(length))
        root = merkle.root_from_inclusion_proof("", index, size, list(proof))
        assert root is not None
        yield Inclusion("valid, siblings made up", "", index, size, root, proof)


def spoiled_inclusions(case: Inclusion) -> Iterator[Inclusion]:
    """Yield what differs from a valid case in one thing."""
    entry, index, size, root, proof = case.entry, case.index, case.size, case.root, case.proof
    yield Inclusion("extra hash behind", entry, index, size, root, (*proof, OTHER))
    yield Inclusion("extra hash in front", entry, index, size, root, (OTHER, *proof))
    yield Inclusion("index is size", entry, size, size, root, proof)
    yield Inclusion("next index", entry, index + 1, size, root, proof)
    yield Inclusion("size one less", entry, index, size - 1, root, proof)
    yield Inclusion("size one more", entry, index, size + 1, root, proof)
    yield Inclusion("size doubled", entry, index, size * 2, root, proof)
    yield Inclusion("size zero", entry, 0, 0, root, ())
    yield Inclusion("another entry", OTHER, index, size, root, proof)
    yield Inclusion("another root", entry, index, size, OTHER, proof)
    yield Inclusion("missing last hash", entry, index, size, root, proof[:-1])
    yield Inclusion("missing first hash", entry, index, size, root, proof[1:])
    yield Inclusion(
        "swapped siblings", entry, index, size, root, (*proof[1:2], *proof[:1], *proof[2:])
    )
    yield Inclusion("one bit of one hash", entry, index, size, root, flip_first(proof))
    yield Inclusion("64 hashes", entry, index, size, root, (*proof, *[OTHER] * (64 - len(proof))))


def valid_consistencies() -> Iterator[Consistency]:
    """Yield proofs for all pairs of small sizes, some larger ones, and a tree of a million."""
    small = range(LARGEST_COMPLETE + 1)
    pairs = [(old, new) for new in small for old in small if old <= new]
    pairs += [(old, new) for new in LARGER_SIZES for old in (1, new // 3, new // 2, new - 1)]
    for old, new in pairs:
        proof = tuple(merkle.consistency_proof(entries(new), old, new))
        yield Consistency("valid", old, root_of(old), new, root_of(new), proof)
    million = entries(MILLION)
    for old in MILLION_OLD_SIZES:
        proof = tuple(merkle.consistency_proof(million, old, MILLION))
        yield Consistency("valid", old, root_of(old), MILLION, root_of(MILLION), proof)


def spoiled_consistencies(case: Consistency) -> Iterator[Consistency]:
    """Yield what differs from a valid case in one thing."""
    old, old_root, new, new_root, proof = (
        case.old_size,
        case.old_root,
        case.new_size,
        case.new_root,
        case.proof,
    )
    yield Consistency("extra hash behind", old, old_root, new, new_root, (*proof, OTHER))
    yield Consistency("extra hash in front", old, old_root, new, new_root, (OTHER, *proof))
    yield Consistency("no proof", old, old_root, new, new_root, ())
    yield Consistency("old and new exchanged", new, new_root, old, old_root, proof)
    yield Consistency("old larger than new, no proof", new + 1, new_root, new, new_root, ())
    yield Consistency("roots exchanged", old, new_root, new, old_root, proof)
    yield Consistency("old size one more", old + 1, old_root, new, new_root, proof)
    yield Consistency("old size zero", 0, old_root, new, new_root, proof)
    yield Consistency("new size one less", old, old_root, max(new - 1, 0), new_root, proof)
    yield Consistency("new size doubled", old, old_root, new * 2, new_root, proof)
    yield Consistency("another old root", old, OTHER, new, new_root, proof)
    yield Consistency("another new root", old, old_root, new, OTHER, proof)
    yield Consistency("missing last hash", old, old_root, new, new_root, proof[:-1])
    yield Consistency("missing first hash", old, old_root, new, new_root, proof[1:])
    yield Consistency(
        "swapped hashes", old, old_root, new, new_root, (*proof[1:2], *proof[:1], *proof[2:])
    )
    yield Consistency("one bit of one hash", old, old_root, new, new_root, flip_first(proof))
    yield Consistency(
        "64 hashes", old, old_root, new, new_root, (*proof, *[OTHER] * (64 - len(proof)))
    )


def flip_first(proof: Sequence[str]) -> tuple[str, ...]:
    """Return the proof with the lowest bit of its first hash turned."""
    if not proof:
        return ()
    return (f"{int(proof[0], 16) ^ 1:064x}", *proof[1:])


def refused(spoiled: Iterator[Case], seen: set[tuple[object, ...]]) -> list[Case]:
    """Return those spoiled cases that are false and new; proofs of neighboring sizes can be alike."""
    found = []
    for case in spoiled:
        facts = tuple(vars(case).values())[1:]
        if facts not in seen and not case.holds():
            seen.add(facts)
            found.append(case)
    return found


def with_spoiled(
    valid: list[Case],
    spoil: Callable[[Case], Iterator[Case]],
    chosen: Callable[[Case], bool],
) -> tuple[list[Case], list[bool]]:
    """Return the valid cases and the false ones made from the chosen of them, with the verdict on each."""
    for case in valid:
        assert case.holds(), case
    seen: set[tuple[object, ...]] = set()
    false = [bad for case in valid if chosen(case) for bad in refused(spoil(case), seen)]
    return valid + false, [True] * len(valid) + [False] * len(false)


def columns(
    cases: Sequence[Inclusion | Consistency], verdicts: list[bool], names: Sequence[str]
) -> dict[str, list[object]]:
    """Return the cases as parallel arrays, the proofs laid end to end."""
    table: dict[str, list[object]] = {"name": [case.name for case in cases], "valid": [*verdicts]}
    table |= {name: [getattr(case, name) for case in cases] for name in names}
    table["proof_start"] = list(accumulate((len(case.proof) for case in cases), initial=0))
    table["hashes"] = [item for case in cases for item in case.proof]
    return table


def write(name: str, content: Mapping[str, object]) -> None:
    """Write one file, sorted, one value a line."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(
        json.dumps(content, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )


def main() -> None:
    """Write the three files."""
    assert merkle.merkle_root(list(CT_ENTRIES)) == CT_ROOT
    roots = [merkle.merkle_root(list(CT_ENTRIES[:size])) for size in range(len(CT_ENTRIES) + 1)]
    leaves = [merkle.leaf_hash(entry) for entry in CT_ENTRIES]
    write("tree.json", {"entry": CT_ENTRIES, "leaf": leaves, "root": roots})

    inclusions, verdicts = with_spoiled(
        list(valid_inclusions()),
        spoiled_inclusions,
        lambda case: case.size in SPOILED_SIZES and case.index in SPOILED_INDEXES,
    )
    table = columns(inclusions, verdicts, ("index", "size", "root"))
    table["leaf"] = [merkle.leaf_hash(case.entry) for case in inclusions]
    write("inclusion.json", table)

    consistencies, verdicts = with_spoiled(
        list(valid_consistencies()),
        spoiled_consistencies,
        lambda case: (case.old_size, case.new_size) in SPOILED_PAIRS,
    )
    names = ("old_size", "old_root", "new_size", "new_root")
    write("consistency.json", columns(consistencies, verdicts, names))


if __name__ == "__main__":
    main()
