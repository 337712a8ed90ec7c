"""Browsers at the desk of the shared library, as far as HTTP goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture(scope="session")
def come(library: RunningLibrary) -> Iterator[Callable[..., BrowserSimulator]]:
    """Return a function that makes a browser, signed in by a token if one is given."""
    made: list[BrowserSimulator] = []

    def make(token: str | None = None) -> BrowserSimulator:
        browser = BrowserSimulator(library.url)
        made.append(browser)
        if token is not None:
            assert browser.sign_in(token).status_code == 303
        return browser

    yield make
    for browser in made:
        browser.close()


@pytest.fixture(scope="session")
def librarian(library: RunningLibrary, come: Callable[..., BrowserSimulator]) -> BrowserSimulator:
    return come(library.token("registrar"))


@pytest.fixture(scope="session")
def inspector(library: RunningLibrary, come: Callable[..., BrowserSimulator]) -> BrowserSimulator:
    """Return the browser of an auditor."""
    return come(library.token("auditor"))
