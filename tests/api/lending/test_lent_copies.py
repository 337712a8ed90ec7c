"""Copies over HTTP: the bytes, their digest and their ranges are those of the reader's own copy."""

from __future__ import annotations

import base64
import hashlib
import os

import httpx
import pikepdf
import pytest

from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import marks_in
from tests.ports.lending.books import epub, pdf


@pytest.fixture(scope="module")
def marked(library):
    """Return the name of a license that asks for marked copies."""
    name = f"marked-{os.urandom(4).hex()}"
    rights = f"https://licenses.example.uz/{name}"
    return library.license(name, rights=rights, marked=True)["name"]


@pytest.fixture
def lend(library, reader, marked):
    """Return a function that registers bytes, and opens them for the first reader."""

    def opened(data, media_type="application/pdf"):
        digest = library.register(data, license=marked, media_type=media_type)["digest"]
        library.grant(digest)
        answer = reader.post("/openings", json={"digest": digest})
        assert answer.status_code == 201, answer.text
        return digest, answer.json(), answer.json()["content"].removeprefix("/api/v1")

    return opened


def own_pdf():
    """Return a PDF that no other test registers."""
    return pdf(2) + b"%" + os.urandom(9).hex().encode() + b"\n"


def test_a_copy_is_sent_with_its_own_digest_and_ranges_are_of_it(library, reader, lend):
    digest, opening, path = lend(own_pdf())
    assert opening["marked"] is True
    whole = reader.get(path)
    own = hashlib.sha256(whole.content)
    assert own.hexdigest() != digest
    assert whole.headers["etag"] == f'"{own.hexdigest()}"'
    assert base64.b64encode(own.digest()).decode() in whole.headers["repr-digest"]
    assert len(marks_in(whole.content)) == 1
    part = reader.get(path, headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    head = reader.head(path)
    assert int(head.headers["content-length"]) == len(whole.content)
    known = reader.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert known.status_code == 304
    stale = reader.get(path, headers={"Range": "bytes=0-9", "If-Range": f'"{digest}"'})
    assert stale.status_code == 200
    assert library.get(f"/licenses/{library.get(f'/resources/{digest}')[0]['license']}")["marked"]


def test_what_cannot_be_marked_is_refused_by_a_problem_and_no_byte_leaves(lend, reader, problem):
    _, _, path = lend(b"%PDF-1.7 and no more " + os.urandom(8), "application/pdf")
    document = problem(reader.get(path), 409, "copy-not-made")
    assert document["reason"] == "copy-not-made.malformed"


def test_a_recording_is_lent_unmarked_and_the_opening_says_so(lend, reader):
    data = b"RIFF" + os.urandom(40)
    _, opening, path = lend(data, "audio/x-wav")
    assert opening["marked"] is False
    assert reader.get(path).content == data


def test_staff_trace_a_copy_to_its_grant_and_nobody_else_does(
    library, reader, registrar, lend, problem
):
    data = epub(style=os.urandom(20))
    digest, opening, path = lend(data, "application/epub+zip")
    copy = reader.get(path).content
    [number] = marks_in(copy)
    file = hashlib.sha256(copy).hexdigest()
    for body in ({"digest": file}, {"digest": "0" * 64, "numbers": [number.hex()]}):
        [found] = registrar.post("/traces", json=body).json()
        assert (found["grant"], found["digest"]) == (opening["grant"], digest)
        assert found["unchanged"] == (body["digest"] == file)
        assert found["entry"] == opening["entry"]
        assert library.readers[0] not in str(found)
    made_up = {"digest": "0" * 64, "numbers": [CopyId.random().hex()]}
    assert registrar.post("/traces", json=made_up).json() == []
    problem(reader.post("/traces", json=made_up), 403, "role-not-held")
    [act] = registrar.get("/acts", params={"kind": "traced", "about": file}).json()["items"]
    assert act["about"] == file


def test_whoever_verifies_a_copy_is_told_what_it_was_made_of(library, reader, lend):
    digest, opening, path = lend(own_pdf())
    copy = reader.get(path).content
    [number] = marks_in(copy)
    own, saved = hashlib.sha256(copy).hexdigest(), hashlib.sha256(copy + b"\n").hexdigest()
    for file, asked in ((own, ""), (saved, f"like=copy:{number}")):
        told = library.get(f"/resources/{file}/verdict?{asked}")
        assert told["authentic"] is False
        [hint] = told["hints"]
        assert (hint["likeness"], hint["values"]["digest"]) == ("copy", digest)
        assert opening["grant"] not in str(told)
        page = httpx.get(f"{library.url}/verify?digest={file}&{asked}&lang=en")
        assert "a copy that this library lent out" in page.text
        assert f"/verify?digest={digest}" in page.text
    assert library.get(f"/resources/{saved}/verdict")["hints"] == []


def test_a_copy_opens_in_other_programs(reader, lend, tmp_path):
    _, _, path = lend(own_pdf())
    (tmp_path / "copy.pdf").write_bytes(reader.get(path).content)
    with pikepdf.open(tmp_path / "copy.pdf") as document:
        assert document.check_pdf_syntax() == []
        assert len(document.pages) == 2
