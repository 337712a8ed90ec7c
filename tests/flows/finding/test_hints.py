"""What `muhr verify` says of a file that nobody registered: which registered file it is like."""

import os

import pytest

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def settings(library, tmp_path):
    return {"MUHR_HOME": str(tmp_path / "nowhere"), "MUHR_API": library.url}


def verified(muhr, settings, path, data, *more):
    path.write_bytes(data)
    answer = muhr(settings, "verify", path, *more, "--json")
    assert answer.status == 1
    [found] = answer.json
    return [(hint["likeness"], hint["values"]["digest"]) for hint in found["hints"]]


def test_a_text_with_other_line_ends_is_named(muhr, settings, library, tmp_path):
    text = os.urandom(9).hex().encode() + b"\nend\n"
    digest = library.register(text, title="Of two lines")["digest"]
    path = tmp_path / "copy.txt"
    assert verified(muhr, settings, path, text.replace(b"\n", b"\r\n")) == [("lines", digest)]
    told = muhr(settings, "verify", path)
    assert "“Of two lines”" in told.err


def test_an_annotated_pdf_is_named_with_a_receipt_and_without(muhr, settings, library, tmp_path):
    book = PDF + b"%" + os.urandom(9).hex().encode() + b"\n%%EOF\n"
    digest = library.register(book)["digest"]
    library.anchored()
    receipt = tmp_path / "receipt.json"
    assert muhr(settings, "receipt", digest, "-o", receipt).status == 0
    path, annotated = tmp_path / "notes.pdf", book + b"7 0 obj <<>> endobj\n%%EOF\n"
    for more in ((), ("--receipt", receipt)):
        assert ("added-to", digest) in verified(muhr, settings, path, annotated, *more)
    assert ("receipt", digest) in verified(muhr, settings, path, receipt.read_bytes())


def test_another_edition_is_named_by_its_title(muhr, settings, library, tmp_path):
    title = "Tarix " + os.urandom(6).hex()
    digest = library.register(title=title)["digest"]
    path = tmp_path / f"{title.upper().replace(' ', '_')}.pdf"
    assert verified(muhr, settings, path, os.urandom(9)) == [("title", digest)]
    assert verified(muhr, settings, tmp_path / "other.pdf", os.urandom(9)) == []
