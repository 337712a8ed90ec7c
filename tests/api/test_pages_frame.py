"""The frame of the pages: light or dark by a cookie, and where a page of no address leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

LINK = re.compile(r'<a href="([^"]+)" rel="nofollow"( aria-current="true")?>')


@pytest.fixture
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
        yield client


def look(page: httpx.Response) -> str:
    found = re.search(r'<html lang="en"(?: data-theme="(\w+)")?>', page.text)
    assert found is not None
    return found[1] or ""


def test_a_page_is_as_the_system_wishes_until_somebody_chooses(site: httpx.Client) -> None:
    page = site.get("/help?lang=en")
    assert look(page) == ""
    assert 'name="color-scheme" content="light dark"' in page.text
    current = [href for href, chosen in LINK.findall(page.text) if chosen]
    assert current == ["/help?lang=en&amp;theme=system"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_is_kept_and_can_be_taken_back(site: httpx.Client, theme: str) -> None:
    page = site.get(f"/help?theme={theme}")
    assert look(page) == theme
    assert f'name="color-scheme" content="{theme}"' in page.text
    assert site.cookies["theme"] == theme
    assert look(site.get("/")) == look(site.get("/nothing-here")) == theme
    assert look(site.get("/help?theme=system")) == ""
    assert "theme" not in site.cookies
    assert look(site.get("/")) == ""


@pytest.mark.parametrize("theme", ["", "DARK", 'dark"><script>', "sepia"])
def test_another_theme_is_none(site: httpx.Client, theme: str) -> None:
    page = site.get("/help", params={"theme": theme})
    assert look(page) == ""
    assert "set-cookie" not in page.headers
    assert look(site.get("/", headers={"Cookie": f"theme={theme[:4]}x"})) == ""


def test_a_page_of_no_address_leads_to_the_search_and_to_help(site: httpx.Client) -> None:
    page = site.get("/nothing-<i>here")
    assert page.status_code == 404
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "/api/" not in main.partition("<details")[0]
    assert re.search(r'<a class="act" href="/search">', main)
    assert '<a href="/help">' in main
    assert "<i>" not in main
