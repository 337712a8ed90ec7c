"""Our tree against a second implementation that is not ours: the package scitt-cose, for all sizes to 130.

It refuses all that we refuse but one thing: for the old size 0 it does not look at the old root.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger_service.domain.errors import InvalidConsistencyProof, InvalidInclusionProof
from ledger_service.domain.ledger import merkle

LARGEST = 130
PROGRAM = Path(__file__).with_name("check_with_scitt_cose.py")
PYTHON = Path(__file__).parents[2] / "build/scitt-cose/bin/python"

Call = tuple[Any, ...]
Ask = Callable[[list[Call]], list[Any]]


@pytest.fixture(scope="module")
def ledger(new_ledger: Callable[[int], Any]) -> Any:
    return new_ledger(LARGEST)


@pytest.fixture(scope="module")
def ask(ledger: Any) -> Ask:
    """Return a function that hands calls to scitt-cose and returns its answers."""
    assert PYTHON.exists(), "there is no scitt-cose: run scripts/live_tools.sh"

    def run(calls: list[Call]) -> list[Any]:
        question = {"entries": [entry.hex() for entry in ledger.entries], "calls": calls}
        done = subprocess.run(
            [PYTHON, PROGRAM],
            input=json.dumps(question),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        answers: list[Any] = json.loads(done.stdout)
        assert len(answers) == len(calls)
        return answers

    return run


def hexes(hashes: list[bytes]) -> list[str]:
    return [item.hex() for item in hashes]


def inclusion(ledger: Any, index: int, size: int) -> Call:
    proof = hexes(ledger.inclusion_proof(index, size))
    return (
        "verify_inclusion",
        ledger.entries[index].hex(),
        index,
        size,
        proof,
        ledger.root(size).hex(),
    )


def consistency(ledger: Any, old_size: int, size: int) -> Call:
    roots = ledger.root(old_size).hex(), ledger.root(size).hex()
    proof = hexes(ledger.consistency_proof(old_size, size))
    return "verify_consistency", *roots, old_size, size, proof


def we_accept(call: Call) -> bool:
    """Return our own answer to a call that verifies."""
    name, *given = call
    proof = [bytes.fromhex(text) for text in (given[3] if name == "verify_inclusion" else given[4])]
    try:
        if name == "verify_inclusion":
            entry, index, size, _, root = given
            leaf = merkle.leaf_hash(bytes.fromhex(entry))
            merkle.check_inclusion(leaf, index, size, proof, bytes.fromhex(root))
        else:
            roots = [bytes.fromhex(text) for text in given[:2]]
            merkle.check_consistency(given[2], roots[0], given[3], roots[1], proof)
    except (InvalidInclusionProof, InvalidConsistencyProof):
        return False
    return True


def flipped(text: str) -> str:
    """Return hexadecimal with its last bit changed."""
    return text[:-1] + f"{int(text[-1], 16) ^ 1:x}"


def other_proofs(proof: list[str]) -> Iterator[list[str]]:
    """Yield the proof with one hash too few, one too many, one changed, and two swapped."""
    yield [*proof, "00" * 32]
    for place in range(len(proof)):
        before, here, after = proof[:place], proof[place], proof[place + 1 :]
        yield [*before, *after]
        yield [*before, here, here, *after]
        yield [*before, flipped(here), *after]
        if after:
            yield [*before, after[0], here, *after[1:]]


def other_inclusions(call: Call) -> Iterator[Call]:
    name, entry, index, size, proof, root = call
    yield name, flipped(entry), index, size, proof, root
    yield name, entry, index, size, proof, flipped(root)
    for other in (index - 1, index + 1, size):
        yield name, entry, other, size, proof, root
    yield name, entry, index, 0, proof, root
    for changed in other_proofs(proof):
        yield name, entry, index, size, changed, root


def other_consistencies(call: Call) -> Iterator[Call]:
    name, old_root, root, old_size, size, proof = call
    if old_size > 0:
        yield name, flipped(old_root), root, old_size, size, proof
        yield name, old_root, flipped(root), old_size, size, proof
    yield name, root, old_root, size + 1, size, proof
    for changed in other_proofs(proof):
        yield name, old_root, root, old_size, size, changed


def pairs(largest: int) -> list[tuple[int, int]]:
    return [(old_size, size) for size in range(largest + 1) for old_size in range(size + 1)]


def test_every_root_is_the_same(ask: Ask, ledger: Any) -> None:
    calls = [("root", size) for size in range(LARGEST + 1)]
    assert ask(calls) == [ledger.root(size).hex() for size in range(LARGEST + 1)]


def test_every_inclusion_proof_is_the_same_and_accepted(ask: Ask, ledger: Any) -> None:
    places = [(index, size) for index, size in pairs(LARGEST) if index < size]
    theirs = ask([("inclusion_proof", index, size) for index, size in places])
    assert theirs == [hexes(ledger.inclusion_proof(index, size)) for index, size in places]
    calls = [inclusion(ledger, index, size) for index, size in places]
    assert all(ask(calls))
    assert all(we_accept(call) for call in calls)


def test_every_consistency_proof_is_the_same_and_accepted(ask: Ask, ledger: Any) -> None:
    theirs = ask([("consistency_proof", old_size, size) for old_size, size in pairs(LARGEST)])
    assert theirs == [hexes(ledger.consistency_proof(*pair)) for pair in pairs(LARGEST)]
    calls = [consistency(ledger, *pair) for pair in pairs(LARGEST)]
    assert all(ask(calls))
    assert all(we_accept(call) for call in calls)


def test_both_refuse_every_changed_inclusion(ask: Ask, ledger: Any) -> None:
    places = [(index, size) for index, size in pairs(LARGEST) if index < size]
    calls = [changed for place in places for changed in other_inclusions(inclusion(ledger, *place))]
    assert len(calls) > 100_000
    assert not any(ask(calls))
    assert not any(we_accept(call) for call in calls)


def test_both_refuse_every_changed_consistency(ask: Ask, ledger: Any) -> None:
    calls = [
        changed
        for pair in pairs(LARGEST)
        for changed in other_consistencies(consistency(ledger, *pair))
    ]
    assert len(calls) > 100_000
    assert not any(ask(calls))
    assert not any(we_accept(call) for call in calls)


def test_only_we_refuse_another_root_for_the_empty_ledger(ask: Ask, ledger: Any) -> None:
    call = ("verify_consistency", "00" * 32, ledger.root(8).hex(), 0, 8, [])
    assert ask([call]) == [True]
    assert not we_accept(call)
