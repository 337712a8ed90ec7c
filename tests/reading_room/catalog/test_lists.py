"""Pages with lists: every title once, escaped, without scripts; newest first or by title."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import httpx
import pytest

from reading_room.catalog.verbs.list_places import list_changes
from scripts.harness.running_library import RunningLibrary

TITLES = re.compile(r'<a href="/resources/([0-9a-f]{64})"><bdi[^>]*>([^<]*)</bdi></a>')
NEXT = re.compile(r'<a href="([^"]+)" rel="next">')


@pytest.fixture(scope="module")
def many(library: RunningLibrary, listed: Callable[[], None]) -> list[str]:
    found = library.register_all([f"<i>Kitob</i> {number:02}" for number in range(26)])
    listed()
    return found


def pages(site: httpx.Client, path: str | None) -> Iterator[str]:
    """Yield the text of each page of a list."""
    while path is not None:
        page = site.get(path)
        assert page.status_code == 200
        yield page.text
        following = NEXT.search(page.text)
        path = None if following is None else html.unescape(following[1])


@pytest.mark.parametrize("by", ["newest", "title"])
def test_each_resource_is_on_one_page_of_the_list(
    site: httpx.Client, many: list[str], by: str
) -> None:
    listed = [TITLES.findall(text) for text in pages(site, f"/resources?by={by}")]
    found = [digest for page in listed for digest, _ in page]
    assert len(listed) > 1
    assert len(found) == len(set(found))
    assert set(many) <= set(found)
    of_these = [digest for digest in found if digest in many]
    assert of_these == (many if by == "title" else many[::-1])


ALPHABET = [
    "Anor",
    "Bahor",
    "Oila",
    "Sabo",
    "Zamin",
    "Oʻzbekiston",
    "Гулчеҳра",
    "Gʻazal",
    "Shahar",
    "Чўл",
]
"""Titles; those of two scripts stand among one another."""
IN_ORDER = [
    "Anor",
    "Bahor",
    "Гулчеҳра",
    "Oila",
    "Sabo",
    "Zamin",
    "Oʻzbekiston",
    "Gʻazal",
    "Shahar",
    "Чўл",
]


def test_titles_stand_in_the_order_of_the_uzbek_alphabet(
    site: httpx.Client, library: RunningLibrary, listed: Callable[[], None]
) -> None:
    made = library.register_all([f"{title} (alifbo)" for title in ALPHABET])
    listed()
    told = [row for text in pages(site, "/resources?by=title") for row in TITLES.findall(text)]
    titles = [title.removesuffix(" (alifbo)") for digest, title in told if digest in made]
    assert titles == IN_ORDER


def test_words_lead_to_the_search(site: httpx.Client) -> None:
    found = site.get("/resources", params={"q": "Oʻzbek &", "by": "title"})
    assert found.status_code == 303
    assert found.headers["location"] == "/search?q=O%CA%BBzbek+%26"


def test_a_corrected_title_is_the_one_in_the_list(
    site: httpx.Client, library: RunningLibrary, listed: Callable[[], None]
) -> None:
    digest = library.register(title="Hamsa, corrected later")["digest"]
    path = f"/resources/{digest}/descriptions"
    assert library.registrar.post(path, json={"title": "Aaa at last"}).status_code == 200
    listed()
    told = [row for text in pages(site, "/resources?by=title") for row in TITLES.findall(text)]
    assert [title for found, title in told if found == digest] == ["Aaa at last"]


def test_what_was_withdrawn_is_in_no_list(
    site: httpx.Client, withdrawn: str, listed: Callable[[], None]
) -> None:
    listed()
    assert all(withdrawn not in text for text in pages(site, "/resources"))
    assert withdrawn not in site.get("/sitemap-0.xml").text


def test_a_title_in_the_list_cannot_become_markup(site: httpx.Client, many: list[str]) -> None:
    text = "".join(pages(site, "/resources"))
    assert "<i>Kitob" not in text
    assert "&lt;i&gt;Kitob&lt;/i&gt; 03" in text


@pytest.mark.parametrize("path", ["/resources", "/resources?by=title", "/collections"])
def test_a_cursor_of_no_list_is_answered_by_a_page_that_leads_back(
    site: httpx.Client, path: str
) -> None:
    for cursor in ("x", "eCB5", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"):
        page = site.get(
            path, params={"cursor": cursor, "by": "newest" if "by" not in path else "title"}
        )
        if page.status_code == 200:  # a cursor of a list by titles may be any text
            assert "/collections" in path or "title" in path
            continue
        assert page.status_code == 422
        assert 'role="alert"' in page.text
        assert ">First page</a>" in page.text


def test_every_page_links_to_the_list_and_loads_nothing_from_elsewhere(site: httpx.Client) -> None:
    assert '<a href="/resources">Resources</a>' in site.get("/").text
    page = site.get("/resources")
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(link.startswith(("/", "#", "data:,")) for link in links)


def test_a_steward_has_a_page_with_its_accounts_and_what_it_registered(
    site: httpx.Client, library: RunningLibrary, many: list[str]
) -> None:
    steward = library.opened.library.steward.hex()
    page = site.get(f"/stewards/{steward}")
    assert "Accredited" in page.text
    assert re.search(r"<code class=\"digest\">0x[0-9a-f]{40}</code>", page.text)
    assert many[-1] in page.text
    assert site.get(f"/stewards/{'0' * 64}").status_code == 404
    assert site.get("/stewards/nobody").status_code == 422


def test_a_license_has_a_page_in_words(
    site: httpx.Client, closed: str, listed: Callable[[], None]
) -> None:
    listed()
    page = site.get("/licenses/lent-by-the-catalog")
    for words in ("Protected by copyright.", "needs a permission", "3 days", closed):
        assert words in page.text
    assert "In Copyright" in page.text
    by = site.get("/licenses/CC-BY-4.0")
    assert "if you name the author" in by.text
    assert "Longest loan" not in by.text
    assert site.get("/licenses/nothing").status_code == 422


def test_the_sitemap_names_each_page_with_its_last_change(
    site: httpx.Client, library: RunningLibrary, many: list[str]
) -> None:
    assert f"Sitemap: {library.url}/sitemap.xml\n" in site.get("/robots.txt").text
    index = ElementTree.fromstring(site.get("/sitemap.xml").content)
    [part] = [node.text or "" for node in index.iter() if node.tag.endswith("}loc")]
    urls = ElementTree.fromstring(site.get(part).content)
    places = [node.text for node in urls.iter() if node.tag.endswith("}loc")]
    times = [node.text or "" for node in urls.iter() if node.tag.endswith("}lastmod")]
    assert {f"{library.url}/resources/{digest}" for digest in many} <= set(places)
    assert len(places) == len(set(places)) == len(times)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", at) for at in times)
    assert site.get("/sitemap-9.xml").text.count("<url>") == 0


def test_the_sitemap_is_made_anew_only_when_the_lists_have_changed(
    site: httpx.Client,
    library: RunningLibrary,
    listed: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []

    def counted(*asked: object) -> list[tuple[int, int]]:
        made.append(asked)
        return list_changes(*asked)  # type: ignore[arg-type]

    library.at_rest()
    listed()
    monkeypatch.setattr("reading_room.catalog.pages.sitemap.list_changes", counted)
    assert len({site.get("/sitemap.xml").text for _ in range(5)}) == 1
    before = len(made)
    assert before <= 1
    library.register(title="New in the sitemap")
    library.at_rest()
    listed()
    for _ in range(3):
        site.get("/sitemap.xml")
    assert len(made) == before + 1


def test_an_entry_has_a_page_with_its_proof(site: httpx.Client, library: RunningLibrary) -> None:
    entry = library.register(title="With a proof")["accepted_entry"]
    library.anchored()
    page = site.get(f"/entries/{entry}")
    assert "a resource was entered" in page.text
    assert html.escape(library.entries()[entry]).replace("&quot;", "&#34;") in page.text
    assert "Fixed in block" in page.text
    assert site.get("/entries/999999999").status_code == 404
    assert site.get("/entries/-1").status_code == 422
