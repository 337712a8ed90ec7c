"""Notes by the pages: written, changed and hidden by forms alone, with nothing in them that acts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    data = b"%PDF-1.7 with notes beside it"
    digest: str = library.register(data, title="A book & notes", media_type="application/pdf")[
        "digest"
    ]
    return digest


@pytest.fixture
def reader(new_reader: NewReader) -> BrowserSimulator:
    return new_reader()[1]


@pytest.fixture
def librarian(library: RunningLibrary) -> Iterator[BrowserSimulator]:
    with BrowserSimulator(library.url) as browser:
        browser.sign_in(library.token("registrar"))
        yield browser


def wrote(browser: BrowserSimulator, digest: str, **fields: str) -> str:
    """Return the id of a note that was kept."""
    answer = browser.post(f"/notes/{digest}", data={"for": "private", "text": "a text", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("#n-")[2])


def test_a_note_is_kept_with_its_place_and_shown(reader: BrowserSimulator, book: str) -> None:
    assert 'id="note-page"' in reader.get(f"/notes/{book}").text
    fields = {"page": "3", "quote": "words <b>", "prefix": "the ", "start": "4", "end": "13"}
    note = wrote(reader, book, text="It is **so**.\n\n<script>alert(1)</script>", **fields)
    page = reader.get(f"/notes/{book}").text
    assert "<strong>so</strong>" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "words &lt;b&gt;</blockquote>" in page
    assert f'href="/api/v1/resources/{book}/content#page=3"' in page
    told = reader.get(f"/annotations/{book}/private/{note}").json()
    page_selector = told["target"]["selector"][0]
    assert page_selector["value"] == "page=3"
    assert page_selector["refinedBy"]["exact"] == "words <b>"
    assert f'href="/notes/{book}"' in reader.get(f"/read/{book}").text


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        '<img src=x onerror="alert(1)">',
        "[a](//elsewhere.test)",
        "`<iframe>`",
        "> " * 60 + "deep",
    ],
)
def test_nothing_in_a_note_acts_or_loads(reader: BrowserSimulator, book: str, text: str) -> None:
    note = wrote(reader, book, text=text)
    page = reader.get(f"/notes/{book}/private/{note}").text
    [said] = re.findall(r'<div class="said" dir="auto">(.*?)</div>', page, re.DOTALL)
    assert not re.search(r"<(img|script|iframe|a)\b", said)


def test_a_link_says_that_it_is_a_readers(reader: BrowserSimulator, book: str) -> None:
    note = wrote(reader, book, text="![see](https://elsewhere.test/a?b=1&c=2)")
    page = reader.get(f"/notes/{book}/private/{note}").text
    assert "<img" not in page
    address = 'href="https://elsewhere.test/a?b=1&amp;c=2"'
    assert f'<a {address} rel="nofollow noopener noreferrer ugc">see</a>' in page


def test_what_is_refused_is_told_and_not_lost(reader: BrowserSimulator, book: str) -> None:
    wrong = {"for": "public", "text": "my long thought", "page": "three", "name": "Ali"}
    answer = reader.post(f"/notes/{book}", data=wrong)
    assert answer.status_code == 422
    assert 'id="fault"' in answer.text
    assert "my long thought</textarea>" in answer.text
    assert 'value="Ali"' in answer.text
    for fields in ({"for": "all"}, {"text": " "}, {"x": "10"}, {"quote": "x" * 2001}):
        asked = {"for": "private", "text": "a text", **fields}
        assert reader.post(f"/notes/{book}", data=asked).status_code == 422, fields
    assert reader.post(f"/notes/{book}", data={"for": "g-none", "text": "x"}).status_code == 404


def test_a_note_is_changed_and_removed(reader: BrowserSimulator, book: str) -> None:
    note = wrote(reader, book, **{"for": "public", "name": "Ali", "quote": "kept"})
    path = f"/notes/{book}/public/{note}"
    [version] = re.findall(r'name="version" value="(\d+)"', reader.get(path).text)
    new = {"do": "write", "text": "better", "name": "Vali", "version": version}
    assert reader.post(path, data=new).status_code == 303
    stale = reader.post(path, data=new | {"text": "lost?"})
    assert stale.status_code == 422
    assert "lost?</textarea>" in stale.text
    assert reader.post(path, data=new | {"version": "1" * 5_000}).status_code == 422
    told = reader.get(f"/annotations/{book}/public/{note}").json()
    assert (told["body"]["value"], told["creator"]["name"]) == ("better", "Vali")
    assert told["target"]["selector"]["exact"] == "kept"
    assert reader.post(path, data={"do": "remove"}).status_code == 303
    assert reader.get(path).status_code == 404


def test_who_is_not_signed_in_sees_what_is_public(
    library: RunningLibrary, reader: BrowserSimulator, book: str
) -> None:
    public = wrote(reader, book, **{"for": "public", "text": "for everybody", "name": "A. R."})
    wrote(reader, book, text="for me alone")
    with BrowserSimulator(library.url) as browser:
        page = browser.get(f"/notes/{book}").text
        assert "for everybody" in page
        assert "A. R." in page
        assert "for me alone" not in page
        assert f"/sign-in?then=/notes/{book}" in page
        assert browser.get(f"/notes/{book}/public/{public}").status_code == 200
        answer = browser.post(f"/notes/{book}", data={"for": "public", "text": "x"})
        assert answer.status_code in (303, 401)
        assert browser.get(f"/notes/{'0' * 64}").status_code == 404


def test_notes_beside_a_film_are_at_a_time(
    library: RunningLibrary, reader: BrowserSimulator
) -> None:
    data = b"\x1aE\xdf\xa3 a film"
    film = library.register(data, title="A film", media_type="video/webm")["digest"]
    note = wrote(reader, film, **{"from": "1:23", "to": "1:25.5"})
    told = reader.get(f"/annotations/{film}/private/{note}").json()
    assert told["target"]["selector"]["value"] == "t=83,85.5"
    page = reader.get(f"/notes/{film}").text
    assert re.search(r"1:23\W+to\W+1:2[56]", page)
    assert "/content#t=83,85.5" in page
    bad = {"for": "private", "text": "x", "from": "soon"}
    assert reader.post(f"/notes/{film}", data=bad).status_code == 422


def test_librarians_hide_with_a_reason(
    library: RunningLibrary, reader: BrowserSimulator, librarian: BrowserSimulator, book: str
) -> None:
    note = wrote(reader, book, **{"for": "public", "text": "buy my book"})
    assert "buy my book" in librarian.get("/desk/notes").text
    act = f"/desk/notes/{note}"
    assert reader.post(act, data={"why": "advertising"}).status_code == 403
    assert librarian.post(act, data={"why": "no reason"}).status_code == 422
    assert librarian.post(act, data={"why": "advertising"}).status_code == 303
    with BrowserSimulator(library.url) as browser:
        assert "buy my book" not in browser.get(f"/notes/{book}").text
        assert browser.get(f"/annotations/{book}/public/{note}").status_code == 404
    assert "it advertises" in reader.get(f"/notes/{book}").text
    assert librarian.post(act, data={"why": ""}).status_code == 303
    with BrowserSimulator(library.url) as browser:
        assert "buy my book" in browser.get(f"/notes/{book}").text


def test_ones_own_notes_are_listed_and_taken_along(
    reader: BrowserSimulator, librarian: BrowserSimulator, book: str
) -> None:
    wrote(reader, book, text="first")
    wrote(reader, book, **{"for": "public", "text": "second", "name": "Ali", "stays": "yes"})
    page = reader.get("/me/notes").text
    assert page.index("second") < page.index("first")
    assert "A book &amp; notes" in page
    answer = reader.get("/me/notes/export")
    assert "attachment" in answer.headers["content-disposition"]
    told = json.loads(answer.content)
    assert told["total"] == 2
    assert 'href="/me/notes"' in reader.get("/me").text
    assert librarian.get("/me/notes").status_code == 403
    assert reader.get("/desk/notes").status_code == 403
