"""The page that lists what the library holds: every title once, escaped, without scripts."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator

import httpx
import pytest

from ledger_service.app import make_app
from scripts.harness.running_library import RunningLibrary

TITLES = re.compile(r'<li><a href="/verify\?digest=([0-9a-f]{64})"><bdi>([^<]*)</bdi></a>')


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=library.url, headers={"Accept-Language": "en"}, trust_env=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def many(library: RunningLibrary) -> list[str]:
    return library.register_all([f"<i>Kitob</i> {number}" for number in range(26)])


def pages(site: httpx.Client) -> Iterator[str]:
    """Yield the text of each page of the list."""
    path: str | None = "/resources"
    while path is not None:
        page = site.get(path)
        assert page.status_code == 200
        yield page.text
        following = re.search(r'<a href="(/resources\?cursor=[^"]+)" rel="next">', page.text)
        path = following[1] if following else None


def test_each_resource_is_on_one_page_of_the_list(site: httpx.Client, many: list[str]) -> None:
    listed = [TITLES.findall(text) for text in pages(site)]
    found = [digest for page in listed for digest, _ in page]
    assert len(listed) > 1
    assert len(found) == len(set(found))
    assert set(many) <= set(found)


def test_a_corrected_title_is_the_one_in_the_list(
    site: httpx.Client, library: RunningLibrary, registrar: httpx.Client
) -> None:
    digest = library.register(title="Hamsa, corrected later")["digest"]
    answer = registrar.post(f"/resources/{digest}/descriptions", json={"title": "Xamsa at last"})
    assert answer.status_code == 200
    titles = {digest: title for text in pages(site) for digest, title in TITLES.findall(text)}
    assert titles[digest] == "Xamsa at last"


def test_a_title_in_the_list_cannot_become_markup(site: httpx.Client, many: list[str]) -> None:
    text = "".join(pages(site))
    assert "<i>Kitob" not in text
    assert "&lt;i&gt;Kitob&lt;/i&gt; 3" in text


def test_a_cursor_of_no_list_is_answered_by_a_page_that_leads_back(site: httpx.Client) -> None:
    page = site.get("/resources", params={"cursor": "x"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert '<a href="/resources">First page</a>' in page.text


def test_every_page_links_to_the_list_and_loads_nothing_from_elsewhere(site: httpx.Client) -> None:
    assert '<a href="/resources">Resources</a>' in site.get("/").text
    page = site.get("/resources")
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(link.startswith(("/", "#", "data:,")) for link in links)


def test_a_library_without_rooms_serves_its_own_pages_and_routes(
    library: RunningLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reading_room.ROOMS", ())
    app = make_app(library.opened.library, library.opened.deployment, library.url)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=library.url) as client:
            paths = ("/", "/api/v1/licenses", "/resources", "/api/v1/status")
            return [await client.get(path) for path in paths]

    home, licenses, page, status = asyncio.run(ask())
    assert home.status_code == licenses.status_code == 200
    assert "Resources</a>" not in home.text
    for answer in (page, status):
        assert answer.json()["type"].endswith("/problems/route-not-found")


def test_the_list_finds_words_of_records_before_and_after_they_were_corrected(
    site: httpx.Client, library: RunningLibrary, registrar: httpx.Client
) -> None:
    digest = library.register(title="Lison ut-tayr, misread")["digest"]
    path = f"/resources/{digest}/descriptions"
    assert registrar.post(path, json={"title": "Lisonut-tayr at last"}).status_code == 200
    for words in ("misread lison", "lisonut-tayr AT last"):
        page = site.get("/resources", params={"q": words})
        assert TITLES.findall(page.text) == [(digest, "Lisonut-tayr at last")]
        assert f'name="q" value="{words}"' in page.text
    nothing = site.get("/resources", params={"q": '"><b>nobody'})
    assert "No resource has these words." in nothing.text
    assert "<b>" not in nothing.text


def test_the_pages_of_what_was_found_hold_on_to_its_words(
    site: httpx.Client, many: list[str]
) -> None:
    first = site.get("/resources", params={"q": "kitob <i>"})
    following = re.search(r'<a href="(/resources\?q=kitob%20%3Ci%3E&amp;cursor=[^"]+)"', first.text)
    assert following is not None
    second = site.get(html.unescape(following[1]))
    found = [digest for page in (first, second) for digest, _ in TITLES.findall(page.text)]
    assert found == many
    assert '<a href="/resources?q=kitob%20%3Ci%3E">First page</a>' in second.text
