"""The feed of changes: what stands in it, that its parts hold everything once, and that ids stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from reading_room.tidings.rules.change import PART
from scripts.harness.running_library import RunningLibrary

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def site(library: RunningLibrary) -> Any:
    with httpx.Client(base_url=library.url, trust_env=False) as client:
        yield client


def read(site: httpx.Client, path: str) -> Element:
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return fromstring(answer.content)


def link(element: Element, relation: str) -> str | None:
    found = [
        one.get("href") for one in element.findall(ATOM + "link") if one.get("rel") == relation
    ]
    return found[0] if found else None


def entries_about(feed: Element, digest: str) -> list[Element]:
    return [
        entry
        for entry in feed.findall(ATOM + "entry")
        if (link(entry, "alternate") or "").endswith(digest)
    ]


def kinds(entries: list[Element]) -> list[str | None]:
    return [entry.find(ATOM + "category").get("term") for entry in entries]  # type: ignore[union-attr]


def test_each_change_is_told_once_with_its_kind_and_in_the_records_language(
    library: RunningLibrary, site: httpx.Client, followed: Callable[[], int]
) -> None:
    digest = str(library.register(title="Девон <1> & co", language="uz-Cyrl")["digest"])
    other = str(library.register(title="Newer")["digest"])
    registrar = library.registrar
    body = {"successor": other, "relation": "version"}
    assert registrar.post(f"/resources/{digest}/supersession", json=body).status_code == 202
    assert (
        registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "retracted"}).status_code
        == 202
    )
    library.at_rest()
    followed()
    feed = read(site, "/changes.atom")
    told = entries_about(feed, digest)
    assert kinds(told) == ["withdrawn", "superseded", "confirmed", "registered"]
    title = told[0].find(ATOM + "title")
    assert title is not None
    assert (title.text, title.get(LANG)) == ("Девон <1> & co", "uz-Cyrl")
    assert (link(told[1], "related") or "").endswith(other)
    ids = [entry.findtext(ATOM + "id") for entry in feed.findall(ATOM + "entry")]
    assert len(set(ids)) == len(ids)
    assert all(str(one).startswith("urn:uuid:") for one in ids)
    again = read(site, "/changes.atom")
    assert [e.findtext(ATOM + "id") for e in again.findall(ATOM + "entry")] == ids
    via = site.get(str(link(told[0], "via"))).json()
    assert '"kind":"withdrawn"' in via["entry"]


def test_what_has_not_changed_is_not_sent_again(
    site: httpx.Client, followed: Callable[[], int]
) -> None:
    followed()
    first = site.get("/changes.atom", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    again = site.get("/changes.atom", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    russian = site.get("/changes.atom", headers={"Accept-Language": "ru"})
    assert russian.headers["content-language"] == "ru"
    assert russian.headers["etag"] != first.headers["etag"]


def test_parts_lead_from_the_newest_change_to_the_first_and_miss_none(
    library: RunningLibrary, site: httpx.Client, followed: Callable[[], int]
) -> None:
    library.register_all([f"Volume {number}" for number in range(PART + 5)])
    library.at_rest()
    newest = followed()
    assert newest > 2 * PART
    feed, found, parts = read(site, "/changes.atom"), [], 0
    assert feed.find(HISTORY + "archive") is None
    while True:
        found += [entry.findtext(ATOM + "id") for entry in feed.findall(ATOM + "entry")]
        older = link(feed, "prev-archive")
        if older is None:
            break
        feed, parts = read(site, older), parts + 1
        assert feed.find(HISTORY + "archive") is not None
        assert len(feed.findall(ATOM + "entry")) == PART
        assert str(link(feed, "current")).endswith("/changes.atom")
    assert parts >= 1
    assert len(found) == len(set(found)) == newest
    first = site.get("/changes-1.atom").text
    assert first == site.get("/changes-1.atom").text
    assert site.get(f"/changes-{newest // PART + 1}.atom").status_code == 404
    assert site.get("/changes-0.atom").status_code in (404, 422)


def test_an_institution_has_a_feed_of_its_own(
    library: RunningLibrary, site: httpx.Client, followed: Callable[[], int]
) -> None:
    followed()
    own = read(site, f"/stewards/{library.opened.library.steward}/changes.atom")
    assert own.findall(ATOM + "entry")
    assert str(link(own, "self")).endswith(f"/{library.opened.library.steward}/changes.atom")
    nobody = read(site, f"/stewards/{'0' * 64}/changes.atom")
    assert nobody.findall(ATOM + "entry") == []
    assert site.get("/stewards/x/changes.atom").status_code == 422


def test_pages_lead_to_the_feed(site: httpx.Client) -> None:
    page = site.get("/", headers={"Accept": "text/html"}).text
    assert '<link rel="alternate" type="application/atom+xml" href="/changes.atom">' in page
