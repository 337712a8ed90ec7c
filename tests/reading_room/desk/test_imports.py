"""Imports at the desk: tried first, then sent, followed at an address of their own, and kept as a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

TERMS = "CC0-1.0"
Bytes = Callable[..., bytes]


def line(title: str, data: bytes, **more: object) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return json.dumps({"digest": digest, "size_bytes": len(data), "title": title, **more})


@pytest.fixture
def manifest(fresh_bytes: Bytes) -> bytes:
    """Return a manifest of two good items, one that is bad, and one of a license that is not there."""
    lines = [line(f"<i>Book</i> {n}", fresh_bytes(9)) for n in range(2)]
    lines += ['{"title": "without a digest"}', line("Odd", fresh_bytes(9), license="no-such")]
    return ("\n".join(lines) + "\n").encode()


def post(browser: httpx.Client, act: str, data: bytes, name: str = "books.jsonl") -> httpx.Response:
    fields = {"license": TERMS, "act": act}
    return browser.post("/desk/imports", data=fields, files={"file": (name, data)})


def test_a_trial_tells_what_would_happen_and_registers_nothing(
    librarian: httpx.Client, library: RunningLibrary, manifest: bytes
) -> None:
    before = library.at_rest()["ledger_size"]
    page = post(librarian, "try", manifest)
    assert page.status_code == 200
    assert "To be taken: 2. Already there: 0. Refused: 2. Skipped: 0." in page.text
    assert "no-such" in page.text
    assert "&lt;i&gt;Book&lt;/i&gt; 1" in page.text
    assert library.status()["ledger_size"] == before
    sent = library.client("registrar").get("/imports").json()["items"]
    digest = hashlib.sha256(manifest).hexdigest()
    assert digest not in {item["manifest_digest"] for item in sent}


def test_an_import_is_followed_to_its_end_and_tells_first_what_it_could_not_take(
    librarian: httpx.Client, library: RunningLibrary, manifest: bytes, wait: Callable[..., Any]
) -> None:
    sent = post(librarian, "send", manifest)
    assert sent.status_code == 303
    path = sent.headers["location"]
    wait(lambda: "data-final" in librarian.get(path).text, "the import does not end")
    page = librarian.get(path).text
    assert "no-such" in page
    report = librarian.get(f"{path}/report.csv")
    assert report.headers["content-disposition"].startswith("attachment")
    rows = report.text.splitlines()
    assert [row.split(",")[3] for row in rows[1:]].count("registered") == 2
    again = post(librarian, "try", manifest).text
    assert "To be taken: 0. Already there: 2." in again
    assert path in librarian.get("/desk/imports").text
    acts = library.client("registrar").get("/acts", params={"about": path.rpartition("/")[2]})
    assert "import-sent" in {act["act"] for act in acts.json()["items"]}


@pytest.mark.parametrize(
    ("name", "data"),
    [("books.xlsx", b"x"), ("", b""), ("books.jsonl", b""), ("books.csv", b"a,b\n")],
)
@pytest.mark.parametrize("act", ["try", "send"])
def test_what_is_no_catalog_file_is_told_beside_the_form(
    librarian: httpx.Client, act: str, name: str, data: bytes
) -> None:
    page = post(librarian, act, data, name)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_an_import_that_is_stopped_goes_no_further(
    librarian: httpx.Client, library: RunningLibrary, fresh_bytes: Bytes
) -> None:
    library.stop_worker()
    try:
        path = post(librarian, "send", (line("A book", fresh_bytes(9)) + "\n").encode()).headers[
            "location"
        ]
        assert "/cancel" in librarian.get(path).text
        assert librarian.post(f"{path}/cancel").status_code == 303
        assert "Stopped" in librarian.get(path).text
    finally:
        library.start_worker()


def test_an_auditor_sees_no_imports(inspector: httpx.Client) -> None:
    assert inspector.get("/desk/imports").status_code == 403
    assert post(inspector, "send", b"x").status_code == 403
