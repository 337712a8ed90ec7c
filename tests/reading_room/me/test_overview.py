"""The first page of what is a person's own."""

from __future__ import annotations

import httpx

from scripts.harness.running_library import RunningLibrary


def asked(library: RunningLibrary, token: str | None) -> httpx.Response:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as site:
        return site.get("/me")


def test_nobody_is_shown_a_place_of_their_own(library: RunningLibrary) -> None:
    assert asked(library, None).status_code in (303, 401)


def test_a_reader_has_a_place_that_no_cache_keeps(library: RunningLibrary) -> None:
    token = library.token("reader")
    page = asked(library, token)
    assert page.status_code == 200
    assert "<h1>My library</h1>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
