"""Browsers of readers at the shared library, as far as HTTP goes, for the rooms that are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ledger_service.services.people.grant_access import enroll_reader
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import LIBRARIAN
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture
def new_reader(library: RunningLibrary) -> Iterator[Callable[[], tuple[str, BrowserSimulator]]]:
    """Return a function that enrolls a reader, and gives the name and a browser that is signed in."""
    made: list[BrowserSimulator] = []

    def make() -> tuple[str, BrowserSimulator]:
        reader = enroll_reader(library.opened.store, LIBRARIAN)
        made.append(BrowserSimulator(library.url))
        assert made[-1].sign_in(library.token("reader", reader)).status_code == 303
        return reader, made[-1]

    yield make
    for browser in made:
        browser.close()
