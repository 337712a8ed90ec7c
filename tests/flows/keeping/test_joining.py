"""A catalog is registered by digests, and its files come later: all get their content, and none is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.running_library import RunningLibrary

pytestmark = pytest.mark.slow

FILES = 300


def catalog(
    library: RunningLibrary, folder: Path, count: int, wait: Callable[..., Any]
) -> list[str]:
    """Return the digests of so many files, which the service has registered by their digests."""
    folder.mkdir()
    rows = []
    for number in range(count):
        data = f"book {number} of {folder}".encode()
        (folder / f"scan-{number:03}.txt").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        rows.append({"digest": digest, "size_bytes": len(data), "title": f"Book {number}"})
    body = "".join(json.dumps(row) + "\n" for row in rows)
    sent = library.registrar.post(
        "/imports",
        params={"license": "CC-BY-4.0"},
        content=body,
        headers={"Content-Type": "application/jsonl"},
    ).json()
    path = f"/imports/{sent['id']}"
    done = wait(
        lambda: (found := library.registrar.get(path).json())["state"] == "done" and found, "no end"
    )
    assert done["registered"] == count
    return [str(row["digest"]) for row in rows]


def shown(library: RunningLibrary, digest: str) -> dict[str, Any]:
    [found] = library.client().get(f"/resources/{digest}").json()
    return dict(found)


def kinds(library: RunningLibrary) -> list[str]:
    return [json.loads(entry)["kind"] for entry in library.entries()]


def test_a_folder_of_files_is_joined_to_its_catalog(
    library: RunningLibrary,
    tmp_path: Path,
    wait: Callable[..., Any],
    muhr_process: Callable[..., Any],
) -> None:
    folder, report = tmp_path / "books", tmp_path / "report.jsonl"
    digests = catalog(library, folder, FILES, wait)
    before = shown(library, digests[0])
    assert (before["kept"], before["kept_entry"]) == (False, None)
    told = kinds(library)
    words = ("import", folder, "--keep", "--license", "CC-BY-4.0", "--report", report, "--json")
    for _ in range(2):
        ended = muhr_process(library.environment, *words)
        assert ended.status == 0, ended.err
        assert ended.json["joined"] == ended.json["items"] == FILES
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert {(line["result"], line["reason"]) for line in lines} == {("joined", "")}
    assert kinds(library).count("attested") == told.count("attested") + FILES
    assert kinds(library).count("accepted") == told.count("accepted")
    after = shown(library, digests[0])
    assert after["kept"]
    entry = json.loads(library.entries()[after["kept_entry"]])
    assert (entry["type"], entry["statement"]) == ("kept", digests[0])
    assert {**after, "kept": False, "kept_entry": None} == before
    library.anchored()
    library.grant(digests[0])
    reader = library.client("reader", library.readers[0])
    opened = reader.post("/openings", json={"digest": digests[0]})
    assert opened.status_code == 201, opened.text
    content = reader.get(opened.headers["location"].removeprefix("/api/v1")).content
    assert content == (folder / "scan-000.txt").read_bytes()
    assert library.audit().findings == []


def test_registering_files_joins_them_to_their_catalog(
    library: RunningLibrary,
    tmp_path: Path,
    wait: Callable[..., Any],
    muhr_process: Callable[..., Any],
) -> None:
    folder = tmp_path / "desk"
    digests = catalog(library, folder, 3, wait)
    token = tmp_path / "token"
    token.write_text(library.token("registrar"))
    words = ("register", folder, "--license", "CC-BY-4.0", "--api", library.url, "--yes")
    ended = muhr_process(library.environment, *words, "--token-file", token, "--json")
    assert ended.status == 0, ended.err
    assert [item["state"] for item in ended.json] == ["joined"] * 3
    assert all(shown(library, digest)["kept"] for digest in digests)
    [title] = {shown(library, digests[0])["title"]}
    assert title == "Book 0"
