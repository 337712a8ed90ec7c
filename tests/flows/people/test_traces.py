"""A leaked copy goes its way: opened by a reader, saved anew, traced by staff, told apart by a student."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from tests.ports.lending.books import pdf


@pytest.fixture
def settings(library: Any) -> Callable[[str], dict[str, str]]:
    """Return the settings of somebody with a token of a role."""

    def of(role: str) -> dict[str, str]:
        home = {"MUHR_HOME": "/nonexistent", "MUHR_API": library.url}
        return {**home, "MUHR_TOKEN": library.token(role)}

    return of


def test_a_copy_is_traced_however_it_was_saved(
    muhr: Callable[..., Any], library: Any, settings: Callable[[str], dict[str, str]], tmp_path: Any
) -> None:
    name = f"lent-{os.urandom(4).hex()}"
    terms = ["--rights", f"https://licenses.example.uz/{name}", "--days", "20", "--mark"]
    assert muhr(settings("registrar"), "license", "define", name, *terms).status == 0
    library.license(name, rights=terms[1], longest_loan_seconds=20 * 86_400, marked=True)
    listed = muhr(settings("registrar"), "license", "list").out
    assert any(name in line and "copies marked" in line for line in listed.splitlines())
    title = f"Devon {name}"
    digest = library.register(pdf(2) + os.urandom(9), license=name, title=title)["digest"]
    grant = library.grant(digest)["grant"]
    copy = tmp_path / "copy.pdf"
    opened = muhr(settings("reader"), "open", digest, "-o", copy)
    assert opened.status == 0, opened
    assert "a copy made for your grant" in opened.out

    traced = muhr(settings("registrar"), "trace", copy)
    assert traced.status == 0, traced
    assert grant in traced.out
    assert "as it was lent" in traced.out
    assert library.readers[0] not in traced.out

    saved = tmp_path / "saved.pdf"
    with pikepdf.open(io.BytesIO(copy.read_bytes())) as document:
        del document.Root.Metadata
        document.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    [found] = muhr(settings("registrar"), "trace", saved, "--json").json
    assert (found["grant"], found["unchanged"]) == (grant, False)

    told = muhr(settings("registrar"), "verify", copy)
    assert told.status == 1
    assert "a copy that this library lent out" in told.err
    assert title in told.err


def test_what_carries_no_number_or_a_made_up_one_is_traced_to_nobody(
    muhr: Callable[..., Any], settings: Callable[[str], dict[str, str]], tmp_path: Any
) -> None:
    book = tmp_path / "book.pdf"
    book.write_bytes(pdf(1))
    plain = muhr(settings("registrar"), "trace", book)
    assert (plain.status, "no number" in plain.out) == (1, True)
    book.write_bytes(pdf(1) + b"muhr-copy:" + b"ab" * 32)
    forged = muhr(settings("registrar"), "trace", book)
    assert forged.status == 1
    assert "no copy of this library has the number" in forged.out
    book.write_bytes(b"")
    assert muhr(settings("registrar"), "trace", book).status == 1
    assert muhr(settings("reader"), "trace", book).status == 1
