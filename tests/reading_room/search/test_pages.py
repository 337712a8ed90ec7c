"""The page of search: readable without scripts, whatever is typed is shown escaped, and names lead on."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.reading_room.search.hostile import HOSTILE

RESULT = re.compile(r'<h2><a href="[^"]*([0-9a-f]{64})"')
STATUS = re.compile(r'<p role="status">(.*?)</p>', re.DOTALL)


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    english = {"Accept-Language": "en"}
    with httpx.Client(base_url=library.url, trust_env=False, headers=english) as client:
        yield client


@pytest.fixture(scope="module")
def many(library: RunningLibrary) -> list[str]:
    """Return what was registered, so that it needs two pages."""
    titles = [f"Sahifalar oʻqilsin <i>{number}</i>" for number in range(23)]
    return library.register_all(titles)


def ask(site: httpx.Client, **asked: object) -> httpx.Response:
    return site.get("/search", params=asked)


def told(page: httpx.Response) -> str:
    return html.unescape(STATUS.findall(page.text)[0])


def test_pages_of_what_is_found_follow_one_another(site, many) -> None:
    page = ask(site, q="сахифалар укилсин")
    assert "Nothing was found" in told(page)
    page = ask(site, q="саҳифалар ўқилсин")
    assert told(page) == "23 resources were found."
    assert len(RESULT.findall(page.text)) == 20
    following = re.search(r'<a href="([^"]+)" rel="next">', page.text)
    assert following is not None
    rest = site.get(html.unescape(following[1]))
    assert set(RESULT.findall(page.text) + RESULT.findall(rest.text)) == set(many)
    assert "<i>" not in page.text
    assert "&lt;i&gt;" in page.text
    assert "<script" not in page.text


def test_a_slip_leads_to_what_was_meant(site, many) -> None:
    page = ask(site, q="sahifalar oqilsim")
    assert "Nothing was found for" in told(page)
    link = re.search(r'<a href="([^"]+)">Did you mean: .*oʻqilsin', page.text)
    assert link is not None
    assert told(site.get(html.unescape(link[1]))) == "23 resources were found."


def test_a_title_is_in_the_language_that_is_said_of_it(site, library) -> None:
    digest = library.register(title="Tillarda aytilsin", language="uz")["digest"]
    said = {"titles": [{"text": "Said in languages", "language": "en"}]}
    answer = library.registrar.post(f"/resources/{digest}/descriptions", json=said)
    assert answer.status_code == 200
    page = ask(site, q="tillarda aytilsin")
    assert re.search(r'lang="en" dir="auto"><bdi>Said in languages</bdi>', page.text)


def test_what_is_chosen_narrows_and_can_be_undone(site, library, many) -> None:
    library.register(b"narrowed", title="Toraytirilsin one", language="ru")
    library.register(b"narrowed too", title="Toraytirilsin two", language="uz")
    page = ask(site, q="toraytirilsin")
    link = re.search(r'<a href="([^"]+)">Russian</a>', page.text)
    assert link is not None
    narrowed = site.get(html.unescape(link[1]))
    assert told(narrowed) == "1 resource was found."
    assert 'aria-current="true">Russian</a>' in narrowed.text
    assert '<input type="hidden" name="language" value="ru">' in narrowed.text


def test_a_name_goes_straight_to_its_resource(site, many) -> None:
    answer = ask(site, q=many[3])
    assert answer.status_code == 303
    assert many[3] in answer.headers["location"]
    assert ask(site, q="facade").status_code == 200


def test_whatever_is_typed_gets_a_page(site, many) -> None:
    for typed in HOSTILE:
        page = ask(site, q=typed, sort=typed[:50], language=typed[:50])
        assert page.status_code == 200, typed
        assert "<script" not in page.text
    assert ask(site, q="x", cursor="nobody's").status_code == 422


def test_the_page_speaks_each_language(site, many) -> None:
    for language in ("uz", "uz-Cyrl", "ru", "en"):
        page = site.get("/search", params={"lang": language, "q": "oʻqilsin"})
        assert f'<html lang="{language}">' in page.text
        assert "page.search." not in page.text
