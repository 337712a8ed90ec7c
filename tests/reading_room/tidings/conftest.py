"""Waits until the list of changes has all that the ledger has now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from reading_room.tidings.sql import SqlChanges
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture(scope="session")
def followed(library: RunningLibrary) -> Callable[[], int]:
    """Return a function that waits, and returns the number of the newest change."""

    def wait() -> int:
        size = library.status()["ledger_size"]

        def is_read() -> bool:
            with library.opened.store.read() as transaction:
                return transaction.room(SqlChanges).read_to() >= size

        wait_until(is_read, "the list of changes does not follow")
        with library.opened.store.read() as transaction:
            return transaction.room(SqlChanges).newest()

    return wait


@pytest.fixture
def come(library: RunningLibrary) -> Iterator[Callable[[str], BrowserSimulator]]:
    """Return a function that makes a browser, signed in by a token."""
    made: list[BrowserSimulator] = []

    def make(token: str) -> BrowserSimulator:
        made.append(BrowserSimulator(library.url))
        assert made[-1].sign_in(token).status_code == 303
        return made[-1]

    yield make
    for browser in made:
        browser.close()
