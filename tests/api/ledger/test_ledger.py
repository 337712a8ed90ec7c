"""The public ledger over HTTP: checkpoint, entries and proofs, checked as a stranger would."""

import json

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey, open_checkpoint
from ledger_service.domain.ledger.entry import Entry


@pytest.fixture(scope="module")
def key(library):
    return VerifierKey.parse(library.opened.deployment.key)


@pytest.fixture(scope="module")
def checkpoint(library, nobody, key):
    """Return the newest checkpoint, opened with the pinned key."""
    library.register()
    library.anchored()
    answer = nobody.get("/ledger/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    return open_checkpoint(answer.text, key, check_ed25519)


def entries(nobody, size):
    """Return the first entries, as they come in pages of 7."""
    found = []
    while len(found) < size:
        found += nobody.get("/ledger/entries", params={"start": len(found), "limit": 7}).json()
    return found[:size]


def test_the_entries_have_the_root_of_the_signed_checkpoint(nobody, checkpoint):
    bodies = [text.encode() for text in entries(nobody, checkpoint.size)]
    assert all(Entry.parse(body).format() == body for body in bodies)
    assert merkle.root_of_leaves(map(merkle.leaf_hash, bodies)) == checkpoint.root


def test_every_entry_is_proved_to_be_in_the_checkpoint(nobody, checkpoint):
    for index, text in enumerate(entries(nobody, checkpoint.size)):
        answer = nobody.get("/ledger/inclusion", params={"index": index, "size": checkpoint.size})
        proof = [bytes.fromhex(item) for item in answer.json()["proof"]]
        leaf = merkle.leaf_hash(text.encode())
        merkle.check_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)


def test_every_earlier_size_is_proved_to_be_a_prefix(nobody, checkpoint):
    leaves = [merkle.leaf_hash(text.encode()) for text in entries(nobody, checkpoint.size)]
    for old in range(checkpoint.size + 1):
        answer = nobody.get("/ledger/consistency", params={"old": old, "new": checkpoint.size})
        proof = [bytes.fromhex(item) for item in answer.json()["proof"]]
        root = merkle.root_of_leaves(leaves[:old])
        merkle.check_consistency(old, root, checkpoint.size, checkpoint.root, proof)


def test_the_checkpoint_is_anchored_on_chain(library, checkpoint):
    anchors = library.chain_events("CheckpointAnchored")
    told = {(event.number("size"), event.text("root")) for event in anchors}
    assert (checkpoint.size, checkpoint.root.hex()) in told


def test_an_entry_beyond_the_tree_has_no_proof(library, nobody, problem):
    size = library.status()["ledger_size"]
    for index in (size, size + 1, 2**53 - 1):
        answer = nobody.get("/ledger/inclusion", params={"index": index, "size": size})
        problem(answer, 422, "invalid-input")


def test_a_tree_larger_than_the_ledger_has_no_proof(library, nobody, problem):
    size = library.status()["ledger_size"] + 1000
    answer = nobody.get("/ledger/inclusion", params={"index": 0, "size": size})
    problem(answer, 404, "entry-not-found")
    answer = nobody.get("/ledger/consistency", params={"old": 1, "new": size})
    problem(answer, 404, "entry-not-found")


def test_a_ledger_is_no_prefix_of_a_smaller_one(nobody, problem):
    answer = nobody.get("/ledger/consistency", params={"old": 3, "new": 2})
    problem(answer, 422, "invalid-input")


def test_an_empty_tree_includes_nothing(nobody, problem):
    problem(nobody.get("/ledger/inclusion", params={"index": 0, "size": 0}), 422)


@pytest.mark.parametrize("value", ["-1", "x", "", "1.5", "1e3", "NaN", str(2**53), "9" * 5000, "²"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/ledger/inclusion?size=1", "index"),
        ("/ledger/inclusion?index=0", "size"),
        ("/ledger/consistency?new=1", "old"),
        ("/ledger/consistency?old=0", "new"),
        ("/ledger/entries", "start"),
        ("/ledger/entries", "limit"),
    ],
)
def test_a_malformed_number_is_refused(nobody, problem, path, name, value):
    problem(nobody.get(path, params={name: value}), 422, "invalid-input")


@pytest.mark.parametrize("limit", ["0", "1001"])
def test_a_page_of_entries_has_bounds(nobody, problem, limit):
    problem(nobody.get("/ledger/entries", params={"limit": limit}), 422)


def test_entries_beyond_the_end_are_none(nobody):
    assert nobody.get("/ledger/entries", params={"start": 2**53 - 1}).json() == []


def test_the_first_entry_is_the_steward(library, nobody):
    first = json.loads(nobody.get("/ledger/entries", params={"limit": 1}).json()[0])
    assert (first["kind"], first["steward"]) == ("steward", library.opened.deployment.steward)
