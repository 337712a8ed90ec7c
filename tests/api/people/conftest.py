"""Browsers of the shared library, as far as HTTP goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture(scope="module")
def come(library: RunningLibrary) -> Iterator[Callable[..., BrowserSimulator]]:
    """Return a function that makes a browser, signed in by a token if one is given."""
    made: list[BrowserSimulator] = []

    def make(token: str | None = None) -> BrowserSimulator:
        made.append(BrowserSimulator(library.url))
        if token is not None:
            assert made[-1].sign_in(token).status_code == 303
        return made[-1]

    yield make
    for browser in made:
        browser.close()


@pytest.fixture
def browser(come: Callable[..., BrowserSimulator]) -> BrowserSimulator:
    """Return a browser in which nobody is signed in."""
    return come()
