"""The public files over HTTP: what other people's tools read, and never more than was published."""

from __future__ import annotations

import gzip

import httpx
import pytest

from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import InvalidTlogProof, ServiceUnavailable, TileNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey, open_checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import (
    TileName,
    entries_of_bundle,
    nodes_in_tiles,
    tiles_at,
    tiles_of,
)
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.verification.tlog_proof import TlogProof
from ledger_service.services.ledger.append_entry import append_entry


@pytest.fixture
def files(library):
    """Return a client of the public files that takes no compression unless asked."""
    with httpx.Client(
        base_url=library.url + "/muhr", trust_env=False, headers={"Accept-Encoding": "identity"}
    ) as client:
        yield client


@pytest.fixture
def key(library) -> VerifierKey:
    return VerifierKey.parse(library.opened.deployment.key)


@pytest.fixture
def published(library, files, key):
    library.anchored()
    answer = files.get("/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=2"
    return open_checkpoint(answer.text, key, check_ed25519)


def test_the_root_follows_from_the_tiles(files, published):
    def fetch(name: TileName) -> bytes:
        answer = files.get("/" + name.format())
        assert answer.status_code == 200, name
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        return answer.content

    read = nodes_in_tiles(published.size, fetch)
    assert merkle.root_hash(published.size, read) == published.root
    bodies = [
        body
        for name in tiles_at(None, published.size)
        for body in entries_of_bundle(name, fetch(name))
    ]
    leaves = [merkle.leaf_hash(body) for body in bodies]
    assert merkle.root_of_leaves(leaves) == published.root
    assert Entry.parse(bodies[0]).kind == "steward"


def test_a_partial_tile_of_every_older_width_is_there(files, published):
    (name, *_) = tiles_of(published.size)
    whole = files.get("/" + name.format()).content
    for width in range(1, name.width):
        answer = files.get("/" + TileName(0, 0, width).format())
        assert answer.content == whole[: 32 * width]
        bundle = TileName(None, 0, width)
        assert len(entries_of_bundle(bundle, files.get("/" + bundle.format()).content)) == width


def test_nothing_beyond_the_published_checkpoint_is_served(library, files, key, problem):
    library.stop_worker()
    try:
        size = open_checkpoint(files.get("/checkpoint").text, key, check_ed25519).size
        steward = library.opened.deployment.steward
        with library.opened.store.write() as transaction:
            append_entry(transaction, Entry("steward", 7, {"steward": steward, "block": 1}))
            assert transaction.ledger.size() > size
        last = size % 256
        for level in (None, 0):
            for width in (last + 1, last + 2):
                path = TileName(level, size // 256, width).format()
                problem(files.get("/" + path), 404, "tile-not-found")
            assert files.get("/" + TileName(level, size // 256, last).format()).status_code == 200
    finally:
        library.start_worker()


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/00/000.p/1",
        "tile/64/000.p/1",
        "tile/1/000.p/255",
        "tile/0/x001/000",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/entries/999",
        "tile/entries/x000/000.p/1",
        "tile/data/000",
        "tile/0/%30%30%30.p/1/",
        "tile/0/..%2f000.p/1",
        "tile/",
        "tile/0/%00",
    ],
)
def test_what_is_not_a_tile_is_not_found(files, problem, path):
    problem(files.get("/" + path), 404, "tile-not-found")


@pytest.mark.parametrize(
    ("offer", "compressed"),
    [
        ("gzip", True),
        ("br, GZip;q=0.5", True),
        ("gzip;q=1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("identity", False),
        ("", False),
        ("xgzip", False),
    ],
)
def test_bundles_are_compressed_for_who_takes_it(files, offer, compressed):
    plain = files.get("/tile/entries/000.p/2").content
    with files.stream("GET", "/tile/entries/000.p/2", headers={"Accept-Encoding": offer}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["vary"] == "Accept-Encoding"
        assert (answer.headers.get("content-encoding") == "gzip") == compressed
    assert (gzip.decompress(raw) if compressed else raw) == plain


def test_the_policy_names_the_ledger_and_where_it_is(library, files, key):
    answer = files.get("/tlog-policy")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    policy = Policy.parse(answer.content)
    assert [(log.key, log.url) for log in policy.logs] == [(key, library.url + "/muhr")]
    assert policy.check(files.get("/checkpoint").text, check_ed25519).size > 0


def test_no_token_opens_more(library, files):
    for path in ("/checkpoint", "/tlog-policy", "/tile/entries/000.p/1"):
        with_token = {"Authorization": f"Bearer {library.token('auditor')}"}
        assert files.get(path, headers=with_token).content == files.get(path).content


def test_the_receipt_for_other_tools_holds(library, nobody, key):
    digest = library.register()["digest"]
    library.anchored()
    answer = nobody.get(f"/resources/{digest}/tlog-proof")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('.tlog-proof"')
    proof = TlogProof.parse(answer.content)
    assert proof.extra is not None
    assert proof.check(proof.extra, key, check_ed25519).size > proof.index
    assert Entry.parse(proof.extra).text("digest") == digest


def test_no_receipt_for_what_is_not_registered(nobody, problem):
    problem(nobody.get(f"/resources/{'12' * 32}/tlog-proof"), 404, "resource-not-found")
    problem(nobody.get("/resources/nothing/tlog-proof"), 422, "invalid-digest")


# ---- the reader -----------------------------------------------------------------------------------


@pytest.fixture
def remote(library, tmp_path):
    """Return the reader of the public files, keeping full tiles in a folder."""
    tiles = RemoteTiles(library.url + "/muhr/", tmp_path)
    yield tiles
    tiles.close()


def test_the_reader_reads(remote, published, files):
    assert remote.checkpoint().split("\n")[1] == str(published.size)
    name = TileName(None, 0, 2)
    assert remote.tile(name) == files.get("/" + name.format()).content
    with pytest.raises(TileNotFound):
        remote.tile(TileName(0, 999))


def test_the_reader_keeps_full_tiles_only_and_only_when_told(remote, tmp_path, monkeypatch):
    served = {TileName(0, 0): b"full", TileName(0, 1, 7): b"partial"}
    asked = []

    def get(path: str, largest: int) -> bytes:
        asked.append(path)
        return served[TileName.parse(path)]

    monkeypatch.setattr(remote, "_get", get)
    for name, data in served.items():
        assert remote.tile(name) == data
    assert list(tmp_path.rglob("*")) == []
    remote.keep()
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"full"]
    assert [remote.tile(name) for name in served] == [b"full", b"partial"]
    assert asked == ["tile/0/000", "tile/0/001.p/7", "tile/0/001.p/7"]


def test_a_place_without_a_ledger_is_said(library):
    elsewhere = RemoteTiles(library.url + "/static/muhr.css/")
    with pytest.raises(TileNotFound):
        elsewhere.checkpoint()
    elsewhere.close()
    nowhere = RemoteTiles("http://127.0.0.1:1")
    with pytest.raises(ServiceUnavailable):
        nowhere.checkpoint()
    nowhere.close()


def test_a_proof_without_its_entry_checks_no_file():
    from ledger_service.cli.verification.verify import read_receipt

    proof = TlogProof(0, (), "note")
    with pytest.raises(InvalidTlogProof):
        read_receipt(proof.format())
