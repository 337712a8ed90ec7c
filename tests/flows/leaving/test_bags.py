"""Resources leave as BagIt bags: others' tool takes them, receipts hold offline, and they come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

from ledger_service.adapters.exports import bag as writing
from ledger_service.adapters.exports.unfinished import PREFIX
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary

MIB = 2**20

FULLER = """{"title": "Мақолалар", "subjects": [{"text": "821", "scheme": "udc"}], "publisher": "Fan",
  "dates": [{"kind": "issued", "edtf": "1926?", "text": "1344 hijriy"}]}""".encode()
"""The record of a book, which goes before its bytes."""


@pytest.fixture(scope="module")
def books(library: RunningLibrary) -> list[dict[str, Any]]:
    """Return two open resources, one of several blocks."""
    told = {"creator": "Alisher Navoiy", "language": "uz", "media_type": "application/pdf"}
    first = library.register(some_bytes() + bytes(2 * MIB), title="Xamsa / “besh doston”", **told)
    ahead = {"record_bytes": str(len(FULLER)), "media_type": "text/plain"}
    second = library.register(FULLER + some_bytes(), **ahead)
    library.anchored()
    return [first, second]


def test_a_bag_holds_the_bytes_with_their_registrations_receipts_and_provenance(
    library: RunningLibrary,
    books: list[dict[str, Any]],
    export: Callable[..., Any],
    muhr: Callable[..., Any],
    tmp_path: Path,
) -> None:
    digests = [book["digest"] for book in books]
    answer = export(*digests, digests[0], "--bag", tmp_path / "bag", "--json")
    assert answer.status == 0, answer.err
    made = bagit.Bag(str(tmp_path / "bag"))
    made.validate()
    assert made.info["External-Identifier"] == [f"hash://sha256/{digest}" for digest in digests]
    assert made.version_info == (1, 0)
    names = [Path(row["path"]).name for row in answer.json]
    assert names == [f"Xamsa-besh-doston-{digests[0][:16]}.pdf", f"{digests[1][:16]}.txt"]

    told = tmp_path / "bag" / "muhr" / digests[0]
    registration = json.loads((told / "registration.json").read_bytes())
    assert registration["metadata"]["creator"] == "Alisher Navoiy"
    assert registration["cid"] == books[0]["cid"]
    kinds = [
        json.loads(json.loads(line)["entry"])["kind"]
        for line in (told / "entries.jsonl").read_text().splitlines()
    ]
    assert kinds == ["accepted", "registered"]
    provenance = json.loads((told / "provenance.json").read_bytes())
    assert provenance["entity"][f"sha256:{digests[0]}"]["dcterms:creator"] == "Alisher Navoiy"

    offline = {**library.environment, "MUHR_API": "http://127.0.0.1:9"}
    chosen = ["--receipt", told / "receipt.json", "--deployment", library.config.own_deployment]
    verified = muhr(offline, "verify", answer.json[0]["path"], *chosen, "--json")
    assert verified.status in (0, 3), verified
    assert verified.json[0]["verdict"] in ("authentic", "offline", "authentic_as_told"), verified


def test_what_is_imported_from_our_own_bag_are_the_same_claims(
    books: list[dict[str, Any]],
    export: Callable[..., Any],
    muhr: Callable[..., Any],
    new_library: Callable[..., RunningLibrary],
    tmp_path: Path,
) -> None:
    digests = [book["digest"] for book in books]
    assert export(*digests, "--bag", tmp_path / "bag").status == 0
    other = new_library().start()
    chosen = ["--license", "CC-BY-4.0", "--keep", "--yes", "--no-wait"]
    done = muhr(other.environment, "import", tmp_path / "bag", *chosen)
    assert done.status == 0, done
    for book in books:
        [found] = other.get(f"/resources/{book['digest']}")
        for name in ("cid", "metadata_digest", "title", "creator", "language", "media_type"):
            assert found[name] == book[name]


def test_closed_content_leaves_in_the_clear_only_if_somebody_agrees_and_who_it_was_is_recorded(
    library: RunningLibrary, export: Callable[..., Any], muhr: Callable[..., Any], tmp_path: Path
) -> None:
    library.license("closed-and-leaving", seats=9)
    data = some_bytes()
    closed = library.register(data, license="closed-and-leaving")["digest"]
    library.anchored()
    refused = export(closed, "--bag", tmp_path / "bag")
    assert (refused.status, "--yes" in refused.err) == (2, True)
    assert not any(tmp_path.iterdir())
    done = export(closed, "--bag", tmp_path / "bag", "--yes")
    assert done.status == 0, done
    [path] = (tmp_path / "bag" / "data").iterdir()
    assert path.read_bytes() == data
    acts = muhr(library.environment, "acts", "--about", closed, "--kind", "exported", "--json")
    assert [act["holder"] for act in acts.json] == ["operator"]


def test_an_export_replaces_nothing_and_what_is_unknown_leaves_nothing(
    books: list[dict[str, Any]], export: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "thesis.txt").write_text("mine")
    refused = export(books[0]["digest"], "--bag", tmp_path / "bag")
    assert (refused.status, "is there already" in refused.err) == (1, True)
    assert [path.name for path in tmp_path.rglob("*")] == ["bag", "thesis.txt"]
    assert export("ab" * 32, "--bag", tmp_path / "other").status == 1
    assert export(books[0]["digest"]).status == 2
    assert export(books[0]["digest"], "--bag", tmp_path / "x", "--ocfl", tmp_path / "y").status == 2
    assert not (tmp_path / "other").exists()


def test_an_export_that_breaks_off_leaves_nothing_that_looks_whole(
    books: list[dict[str, Any]],
    export: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(writing, "write_payload", stop)
    with pytest.raises(Killed):
        export(books[0]["digest"], "--bag", tmp_path / "bag")
    assert not (tmp_path / "bag").exists()
    monkeypatch.undo()
    (tmp_path / f"{PREFIX}left-by-a-kill").mkdir()
    assert export(books[0]["digest"], "--bag", tmp_path / "bag").status == 0


def test_bytes_that_are_not_the_resources_do_not_leave(
    books: list[dict[str, Any]],
    export: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def other(*_: object) -> Any:
        yield b"something else"

    monkeypatch.setattr("ledger_service.services.resources.read_content.content_pieces", other)
    failed = export(books[0]["digest"], "--bag", tmp_path / "bag")
    assert failed.status == 1
    assert "another SHA-256" in failed.err
    assert not any(tmp_path.iterdir())
