"""Browsers at the desk of the shared library, as far as HTTP goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="session")
def come(library: RunningLibrary) -> Iterator[Callable[..., httpx.Client]]:
    """Return a function that makes a browser, signed in by a token if one is given."""
    made: list[httpx.Client] = []

    def make(token: str | None = None) -> httpx.Client:
        browser = httpx.Client(base_url=library.url, headers=OWN_PAGE, trust_env=False, timeout=60)
        made.append(browser)
        if token is not None:
            assert browser.post("/desk", data={"token": token}).status_code == 303
        return browser

    yield make
    for browser in made:
        browser.close()


@pytest.fixture(scope="session")
def librarian(library: RunningLibrary, come: Callable[..., httpx.Client]) -> httpx.Client:
    return come(library.token("registrar"))


@pytest.fixture(scope="session")
def inspector(library: RunningLibrary, come: Callable[..., httpx.Client]) -> httpx.Client:
    """Return the browser of an auditor."""
    return come(library.token("auditor"))
