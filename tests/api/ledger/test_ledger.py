"""The public ledger over HTTP: checkpoint and tiles, checked as a stranger would."""

import json

import pytest

from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey, open_checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import entries_of_bundle, nodes_in_tiles, tiles_at


@pytest.fixture(scope="module")
def tiles(library):
    found = RemoteTiles(library.url + "/muhr")
    yield found
    found.close()


@pytest.fixture(scope="module")
def checkpoint(library, nobody):
    """Return the newest checkpoint, opened with the pinned key."""
    library.register()
    library.anchored()
    answer = nobody.get("/ledger/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    key = VerifierKey.parse(library.opened.deployment.key)
    return open_checkpoint(answer.text, key, check_ed25519)


@pytest.fixture(scope="module")
def entries(tiles, checkpoint):
    """Return the entries below the checkpoint."""
    names = tiles_at(None, checkpoint.size)
    return [body for name in names for body in entries_of_bundle(name, tiles.tile(name))]


def test_the_entries_have_the_root_of_the_signed_checkpoint(entries, checkpoint):
    assert all(Entry.parse(body).format() == body for body in entries)
    assert merkle.root_of_leaves(map(merkle.leaf_hash, entries)) == checkpoint.root


def test_every_entry_is_proved_to_be_in_the_checkpoint(entries, checkpoint, tiles):
    read = nodes_in_tiles(checkpoint.size, tiles.tile)
    for index, body in enumerate(entries):
        proof = merkle.inclusion_proof(index, checkpoint.size, read)
        leaf = merkle.leaf_hash(body)
        merkle.check_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)


def test_every_earlier_size_is_proved_to_be_a_prefix(entries, checkpoint, tiles):
    read = nodes_in_tiles(checkpoint.size, tiles.tile)
    leaves = list(map(merkle.leaf_hash, entries))
    for old in range(checkpoint.size + 1):
        proof = merkle.consistency_proof(old, checkpoint.size, read)
        root = merkle.root_of_leaves(leaves[:old])
        merkle.check_consistency(old, root, checkpoint.size, checkpoint.root, proof)


def test_the_checkpoint_is_anchored_on_chain(library, checkpoint):
    anchors = library.chain_events("CheckpointAnchored")
    told = {(event.number("size"), event.text("root")) for event in anchors}
    assert (checkpoint.size, checkpoint.root.hex()) in told


def test_the_first_entry_is_the_steward(library, entries):
    first = json.loads(entries[0])
    assert (first["kind"], first["steward"]) == ("steward", library.opened.deployment.steward)


@pytest.mark.parametrize("path", ["entries", "inclusion", "consistency"])
def test_nothing_tells_of_entries_that_no_checkpoint_covers(nobody, problem, path):
    problem(nobody.get(f"/ledger/{path}"), 404)


@pytest.mark.parametrize("value", ["-1", "x", "", "1.5", "1e3", "NaN", str(2**53), "9" * 5000, "²"])
@pytest.mark.parametrize("name", ["start", "limit"])
def test_a_malformed_number_is_refused(auditor, problem, name, value):
    answer = auditor.get("/ledger/private-parts", params={name: value})
    problem(answer, 422, "invalid-input")


def test_an_auditor_is_told_what_was_destroyed_and_a_reader_is_not(auditor, reader, problem):
    told = auditor.get("/ledger/destroyed-parts").json()
    assert told == {"items": [], "next": None, "of_erased": told["of_erased"]}
    problem(reader.get("/ledger/destroyed-parts"), 403, "role-not-held")
