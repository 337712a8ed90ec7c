"""A library on a bench with three resources, and browsers of readers at the shared library."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger_service.services.people.grant_access import enroll_reader
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import BOOK, LIBRARIAN, SECOND, THIRD, Bench
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture(scope="session")
def three_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("shelves")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    for data, title in ((BOOK, "Xamsa"), (SECOND, "Xamsa 2"), (THIRD, "Xamsa 3")):
        bench.registered(data, title=title)
    bench.release()
    return bench


@pytest.fixture
def bench(three_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "library"
    shutil.copytree(three_once.folder, folder)
    bench = Bench(folder, like=three_once)
    yield bench
    bench.release()


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
