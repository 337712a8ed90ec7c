"""The page that tells how the library is, and a library without its rooms."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from ledger_service.app import make_app
from scripts.harness.running_library import RunningLibrary


def test_every_page_links_to_how_the_library_is(library: RunningLibrary) -> None:
    with httpx.Client(
        base_url=library.url, headers={"Accept-Language": "en"}, trust_env=False
    ) as site:
        assert '<a href="/status">Status</a>' in site.get("/").text
        page = site.get("/status")
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_a_library_without_rooms_serves_its_own_pages_and_routes(
    library: RunningLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reading_room.ROOMS", ())
    app = make_app(library.opened.library, library.opened.deployment, library.url)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=library.url) as client:
            paths = ("/", "/api/v1/licenses", "/resources", "/api/v1/status", "/robots.txt")
            return [await client.get(path) for path in paths]

    home, licenses, page, status, robots = asyncio.run(ask())
    assert home.status_code == licenses.status_code == 200
    assert "Resources</a>" not in home.text
    assert "Sitemap" not in robots.text
    for answer in (page, status):
        assert answer.json()["type"].endswith("/problems/route-not-found")
