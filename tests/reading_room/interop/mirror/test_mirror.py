"""A ledger that is copied here: its pages, its API and its public files; the library copies its own."""

from __future__ import annotations

import hashlib
import re

import httpx
import pytest

from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.ledger.checkpoint import open_checkpoint
from ledger_service.domain.ledger.merkle import check_inclusion, leaf_hash
from ledger_service.domain.reasons import Reason
from ledger_service.ports.publication import Mirrored
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import signer_of


@pytest.fixture(scope="module")
def mirrored(library: RunningLibrary) -> Mirrored:
    """Return the library's own ledger as it is copied, with all that stands now."""
    ours = library.opened.library
    known = ours.mirrors.add("Navoiy <b> library", library.url, ours.key)
    update(library, known)
    return known


def update(library: RunningLibrary, known: Mirrored) -> int:
    library.anchored()
    ours, files = library.opened.library, RemoteTiles(known.prefix)
    size = mirror_ledger(ours.mirrors, ours.clock, known, files, check_ed25519)
    files.close()
    return size


def get(library: RunningLibrary, path: str) -> httpx.Response:
    return httpx.get(library.url + path, headers={"Accept-Language": "en"})


def test_what_was_registered_withdrawn_and_superseded_is_told_with_proofs(
    library: RunningLibrary, mirrored: Mirrored
) -> None:
    first, second, third = library.register_all(["mirror 1", "mirror 2", "mirror 3"])
    library.registrar.post(
        f"/resources/{first}/supersession", json={"successor": second, "relation": "version"}
    )
    library.registrar.post(f"/resources/{third}/withdrawal", json={"reason": "error"})
    library.at_rest()
    size = update(library, mirrored)
    expected = {first: "superseded", second: "registered", third: "withdrawn", "ab" * 32: None}
    for digest, standing in expected.items():
        told = get(library, f"/api/v1/mirrors/{mirrored.id}/resources/{digest}").json()
        assert (told["standing"], told["size"]) == (standing, size)
        for item in told["trail"]:
            leaf = leaf_hash(item["entry"].encode())
            proof = [bytes.fromhex(node) for node in item["proof"]]
            check_inclusion(leaf, item["index"], size, proof, bytes.fromhex(told["root"]))
    page = get(library, f"/ledgers/{mirrored.id}?digest={first}").text
    assert "something newer has taken its place" in page
    assert f"/ledgers/{mirrored.id}?digest={second}" in page


def test_the_copy_serves_public_files_that_another_reads(
    library: RunningLibrary, mirrored: Mirrored
) -> None:
    files = RemoteTiles(f"{library.url}/mirrors/{mirrored.id}")
    ours = library.opened.library
    checkpoint = open_checkpoint(files.checkpoint(), mirrored.key, check_ed25519)
    again = ours.mirrors.find(mirrored.id)
    assert mirror_ledger(ours.mirrors, ours.clock, again, files, check_ed25519) == checkpoint.size
    answer = get(library, f"/mirrors/{mirrored.id}/tile/entries/000.p/1")
    own = get(library, "/muhr/tile/entries/000.p/1")
    assert (answer.content, answer.headers["access-control-allow-origin"]) == (own.content, "*")
    assert get(library, f"/mirrors/{mirrored.id}/tile/entries/999").status_code == 404


def test_the_pages_show_it_and_escape_its_name(library: RunningLibrary, mirrored: Mirrored) -> None:
    listed, shown = get(library, "/ledgers").text, get(library, f"/ledgers/{mirrored.id}").text
    assert "Navoiy &lt;b&gt; library" in listed
    assert "<b> library" not in listed + shown
    assert re.search("It only grew: .* entries, checked here", shown)
    assert mirrored.key.format().replace("+", "&#43;") in shown or mirrored.key.format() in shown
    [row] = [row for row in get(library, "/api/v1/mirrors").json() if row["mirror"] == mirrored.id]
    assert row["origin"] in row["signed_by"]


def test_what_copies_are_is_said_beside_them_only(
    library: RunningLibrary, mirrored: Mirrored
) -> None:
    keeps, none = "keeps a copy of these ledgers", "keeps no copy"
    told = get(library, "/ledgers").text
    assert (keeps in told, none in told) == (True, False)
    kept = library.opened.library.mirrors
    kept.remove(mirrored.id)
    others = bool(kept.all())
    told = get(library, "/ledgers").text
    assert (keeps in told, none in told) == (others, not others)
    update(library, kept.add(mirrored.name, mirrored.address, mirrored.key))


def test_a_copy_that_differs_from_the_chain_and_a_proved_fork_are_shown(
    library: RunningLibrary, mirrored: Mirrored
) -> None:
    folder = library.opened.library.mirrors
    differs = Reason("copy-against-anchor", {"size": 5, "copied": "aa", "anchored": "bb"})
    folder.note_anchors(mirrored.id, differs)
    for path in ("/ledgers", f"/ledgers/{mirrored.id}"):
        page = get(library, path).text
        assert "the chain has bb" in page
        assert "It only grew" not in page
    folder.note_anchors(mirrored.id, None)
    assert "It only grew" in get(library, "/ledgers").text
    other = folder.add("Another library", library.url, signer_of("b", "b.example/muhr").key)
    folder.note_fork(other.id, "b.example/muhr\n7\nroot\n", "{}")
    page = get(library, f"/ledgers/{other.id}").text
    assert "does not extend what it signed before" in page
    assert "That it signed both is proved" in page
    folder.remove(other.id)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/ledgers/0000000000000000", 404, "No ledger is copied here"),
        ("/ledgers/..%2f..%2fx", 404, ""),
        ("/mirrors/0000000000000000/checkpoint", 404, ""),
        ("/api/v1/mirrors/0000000000000000", 404, "mirror-not-found"),
    ],
)
def test_what_is_not_copied_is_told(
    library: RunningLibrary, path: str, status: int, words: str
) -> None:
    answer = get(library, path)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_a_digest_that_is_none_is_told(library: RunningLibrary, mirrored: Mirrored) -> None:
    answer = get(library, f"/ledgers/{mirrored.id}?digest=xyz")
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    unknown = hashlib.sha256(b"nothing that is here").hexdigest()
    nothing = get(library, f"/ledgers/{mirrored.id}?digest={unknown}")
    assert (nothing.status_code, "says nothing of the file" in nothing.text) == (200, True)
