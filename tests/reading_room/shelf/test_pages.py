"""The shelf by its pages and its routes, of the shared library: everything by forms, nothing by scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pybtex.database
import pytest
import rispy

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
SHELF = "/api/v1/me/shelf"


def on_shelf(browser: BrowserSimulator) -> list[str]:
    return [item["digest"] for item in browser.get(SHELF).json()["items"]]


@pytest.fixture
def books(library: RunningLibrary) -> list[str]:
    titles = ("Xamsa", "Boburnoma", "Qutadgʻu bilig")
    return [library.register(title=title)["digest"] for title in titles]


@pytest.fixture
def reader(new_reader: NewReader) -> BrowserSimulator:
    return new_reader()[1]


def test_a_button_of_the_resource_page_puts_it_on_the_shelf(
    reader: BrowserSimulator, books: list[str]
) -> None:
    page = reader.get(f"/resources/{books[0]}").text
    assert 'action="/me/shelf/items"' in page
    assert f'name="digest" value="{books[0]}"' in page
    answer = reader.post("/me/shelf/items", data={"digest": books[0]})
    assert answer.headers["location"] == f"/me/shelf#i-{books[0][:16]}"
    assert "Xamsa" in reader.get("/me/shelf").text
    assert on_shelf(reader) == [books[0]]


def test_whoever_is_not_signed_in_comes_back_to_the_question(
    library: RunningLibrary, books: list[str]
) -> None:
    with BrowserSimulator(library.url) as browser:
        answer = browser.post("/me/shelf/items", data={"digest": books[0]})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?then=%2Fme%2Fshelf%2Fput%3Fdigest")
        browser.sign_in(library.token("reader"))
        page = browser.get(f"/me/shelf/put?digest={books[0]}").text
        assert f'name="digest" value="{books[0]}"' in page
        assert books[0] not in on_shelf(browser)


def test_notes_tags_order_and_leaving(reader: BrowserSimulator, books: list[str]) -> None:
    for digest in books:
        reader.post("/me/shelf/items", data={"digest": digest})
    assert on_shelf(reader) == books[::-1]
    item = f"/me/shelf/items/{books[0]}"
    reader.post(item, data={"do": "up"})
    assert on_shelf(reader) == [books[2], books[0], books[1]]
    reader.post(item, data={"do": "first"})
    reader.post(item, data={"do": "down"})
    assert on_shelf(reader)[1] == books[0]
    [mark] = re.findall(r'name="mark" value="(\w+)"', reader.get(item).text)
    written = {"do": "write", "note": "<b>for Monday</b>", "tags": "exam, navoiy", "mark": mark}
    assert reader.post(item, data=written).status_code == 303
    page = reader.get("/me/shelf?tag=exam").text
    assert "&lt;b&gt;for Monday&lt;/b&gt;" in page
    assert books[1] not in page
    reader.post(item, data={"do": "off"})
    assert books[0] not in on_shelf(reader)
    assert reader.get(item).status_code == 404


def test_two_pages_lose_nothing_of_one_another(reader: BrowserSimulator, books: list[str]) -> None:
    reader.post("/me/shelf/items", data={"digest": books[0]})
    item = f"/me/shelf/items/{books[0]}"
    [mark] = re.findall(r'name="mark" value="(\w+)"', reader.get(item).text)
    assert reader.post(item, data={"note": "first page", "mark": mark}).status_code == 303
    second = reader.post(item, data={"note": "second page", "tags": "late", "mark": mark})
    assert second.status_code == 409
    assert "first page" in second.text
    assert "second page</textarea>" in second.text
    [mark] = re.findall(r'name="mark" value="(\w+)"', second.text)
    assert reader.post(item, data={"note": "both", "mark": mark}).status_code == 303
    own = reader.get(SHELF).json()
    body = json.dumps({"form": own["form"], "items": [], "searches": []})
    json_type = {"Content-Type": "application/json"}
    stale = reader.put(f"{SHELF}?version={own['version'] - 1}", content=body, headers=json_type)
    assert stale.json()["type"].endswith("/problems/shelf-changed")
    fresh = reader.put(f"{SHELF}?version={own['version']}", content=body, headers=json_type)
    assert fresh.json()["items"] == []


def test_searches_are_kept_and_forgotten(reader: BrowserSimulator) -> None:
    kept = {"name": "Navoiy & co", "query": "q=navoiy&language=uz"}
    assert reader.post("/me/shelf/searches", data=kept).status_code == 303
    page = reader.get("/me/shelf").text
    assert 'href="/search?q=navoiy&amp;language=uz"' in page
    reader.post("/me/shelf/searches", data={"do": "forget", "name": "Navoiy & co"})
    assert reader.get(SHELF).json()["searches"] == []
    empty = reader.post("/me/shelf/searches", data={"name": "", "query": "q=1"})
    assert empty.status_code == 422
    assert 'id="fault"' in empty.text


def test_a_shelf_is_taken_along_and_taken_in(
    new_reader: NewReader, reader: BrowserSimulator, books: list[str]
) -> None:
    for digest in books[:2]:
        reader.put(f"{SHELF}/items/{digest}", json={"note": "mine", "tags": ["one"]})
    given = reader.get(f"{SHELF}/export?form=json")
    assert given.headers["cache-control"] == "no-store"
    _, other = new_reader()
    other.put(f"{SHELF}/items/{books[2]}", json={})
    files = {"file": ("muhr-shelf.json", given.content, "application/json")}
    assert other.post("/me/shelf/import", files=files).status_code == 303
    assert on_shelf(other) == [books[2], books[1], books[0]]
    again = other.post(
        f"{SHELF}/items", content=given.content, headers={"Content-Type": "application/json"}
    )
    assert again.json()["items"][1]["note"] == "mine"
    assert len(again.json()["items"]) == 3
    wrong = other.post("/me/shelf/import", files={"file": ("x.json", b"{}", "application/json")})
    assert wrong.status_code == 422
    assert "no shelf that a library gave" in wrong.text
    long = {"file": ("x.json", b" " * 600_000, "application/json")}
    assert other.post("/me/shelf/import", files=long).status_code == 422


def test_programs_of_others_read_a_shelf(reader: BrowserSimulator, books: list[str]) -> None:
    for digest in books[:2]:
        reader.put(f"{SHELF}/items/{digest}", json={"note": "mine", "tags": ["exam"]})
    bibliography = pybtex.database.parse_string(
        reader.get(f"{SHELF}/export?form=bibtex").text, "bibtex"
    )
    assert len(bibliography.entries) == 2
    assert len(rispy.loads(reader.get(f"{SHELF}/export?form=ris").text)) == 2
    answer = reader.get(f"{SHELF}/export?form=opds")
    assert answer.headers["content-type"] == "application/opds+json"
    feed = answer.json()
    assert feed["metadata"]["numberOfItems"] == 2
    assert feed["links"][0]["rel"] == "self"
    for publication, digest in zip(feed["publications"], reversed(books[:2]), strict=True):
        assert publication["metadata"]["title"]
        in_catalog = reader.get(f"/opds/publications/{digest}").json()["metadata"]
        for name in ("identifier", "@type", "altIdentifier"):  # an app has the book once
            assert publication["metadata"][name] == in_catalog[name]
        assert "exam" in publication["metadata"]["subject"]
        [acquisition] = [one for one in publication["links"] if "opds-spec" in str(one["rel"])]
        assert reader.get(acquisition["href"]).status_code == 200
        [picture] = publication["images"]
        assert picture["type"] in ("image/png", "image/jpeg", "image/webp")
        assert reader.get(picture["href"]).headers["content-type"] == picture["type"]


def test_an_empty_shelf_is_a_feed_too(reader: BrowserSimulator) -> None:
    feed = reader.get(f"{SHELF}/export?form=opds").json()
    assert "publications" not in feed
    assert feed["navigation"][0]["title"]


def test_staff_have_no_shelf(library: RunningLibrary) -> None:
    with BrowserSimulator(library.url) as browser:
        browser.sign_in(library.token("registrar"))
        assert browser.get("/me/shelf").status_code == 403
        assert browser.get(SHELF).status_code == 403
        put = browser.post("/me/shelf/items", data={"digest": "0" * 64})
        assert put.status_code == 403


def test_what_the_library_does_not_have_is_not_put_there(reader: BrowserSimulator) -> None:
    for digest, status in (("0" * 64, 404), ("nonsense", 422)):
        assert reader.post("/me/shelf/items", data={"digest": digest}).status_code == status
    assert on_shelf(reader) == []
