"""Fixtures for tests on a real library (scripts/harness).

One is shared by the whole run (`library`); tests that break things make one of their own
(`new_library`). Imports of the service wait until a test asks, so that unit tests start at once.
"""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import settings

from scripts.harness.waiting import WAIT_SECONDS

if TYPE_CHECKING:
    from scripts.harness.running_library import RunningLibrary
    from tests.simulators.bench import Bench


# At each request, also in a worker's thread, requests would look through the whole environment for
# proxies, and fail when pytest takes a variable of its own away meanwhile. It asks for this one first.
os.environ["no_proxy"] = ",".join(["127.0.0.1", os.environ.get("no_proxy", "")]).strip(",")

# Each process that a test starts would compile the whole project anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

os.environ["MUHR_LANG"] = "en"  # whatever the locale of whoever runs the tests

settings.register_profile("unhurried", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("unhurried")

CLIENTS = (httpx.Client.__init__, httpx.AsyncClient.__init__, httpx.stream.__wrapped__)
CALLS = (httpx.get, httpx.options, httpx.head, httpx.post, httpx.put, httpx.patch, httpx.delete)
CERTIFICATES = ssl.create_default_context()  # read once, which takes longer than a test's requests
for ask in (*CLIENTS, *CALLS, httpx.request):
    ask.__kwdefaults__["timeout"] = httpx.Timeout(WAIT_SECONDS)  # 5 s are few on a busy machine
    ask.__kwdefaults__["verify"] = CERTIFICATES

CHEAP_ROUNDS = 2**10  # of scrypt


@pytest.fixture(scope="session")
def blank_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a library that was set up and never served; only to be copied.

    Its password is cheap to guess: each copy would open its keys for half a second otherwise.
    """
    from ledger_service.adapters import keys
    from scripts.harness.setting_up import set_up, settings_in

    home = tmp_path_factory.mktemp("blank") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "SCRYPT_ROUNDS", CHEAP_ROUNDS)
        set_up(settings_in(home))
    return home


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file that was migrated once, to be copied."""
    from ledger_service.adapters.sql.migrate import upgrade
    from ledger_service.adapters.sql.store import open_store, sqlite_url
    from reading_room import migration_folders

    path = tmp_path_factory.mktemp("database") / "muhr.db"
    store = open_store(sqlite_url(path))
    upgrade(store.engine, migration_folders())
    store.close()
    return path


@pytest.fixture
def consortium(empty_database: Path, tmp_path: Path) -> Iterator[list[Bench]]:
    """Return three libraries of one consortium on one simulated chain, each of which knows the others."""
    from tests.simulators.consortium import make_consortium

    made = make_consortium(tmp_path / "consortium", empty_database)
    yield made
    for bench in made:
        bench.release()


@pytest.fixture(scope="session")
def library(blank_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLibrary]:
    """Return the library that all tests share: they add to it and never break it.

    It has a resource on chain, so that whichever test comes first finds its licenses there. Its readers are
    those of many tests, and may have the loans of all.
    """
    from scripts.harness.running_library import RunningLibrary

    home = tmp_path_factory.mktemp("library") / "home"
    running = RunningLibrary(home, blank_home, READER_LOANS="10000")
    try:
        running.start()
        running.register(title="The first book")
        yield running
    finally:
        running.stop()


@pytest.fixture
def new_library(blank_home: Path, tmp_path: Path) -> Iterator[Callable[..., RunningLibrary]]:
    """Return a function that makes a library of one's own, not started; keywords are settings."""
    from scripts.harness.running_library import RunningLibrary

    made: list[RunningLibrary] = []

    def make(**settings: str) -> RunningLibrary:
        made.append(RunningLibrary(tmp_path / f"home{len(made)}", blank_home, **settings))
        return made[-1]

    yield make
    for running in made:
        running.stop()
        shutil.rmtree(running.home, ignore_errors=True)


@pytest.fixture(scope="session")
def wait() -> Callable[..., Any]:
    """Return the bounded wait: wait(condition, what, seconds)."""
    from scripts.harness.waiting import wait_until

    return wait_until


@pytest.fixture(scope="session")
def fresh_bytes() -> Callable[..., bytes]:
    """Return a function that makes bytes which no test used before."""
    from scripts.harness.asked_library import some_bytes

    return some_bytes


@pytest.fixture(scope="session")
def registrar(library: RunningLibrary) -> httpx.Client:
    return library.client("registrar")


@pytest.fixture(scope="session")
def reader(library: RunningLibrary) -> httpx.Client:
    """Return the client of library.readers[0]."""
    return library.client("reader", library.readers[0])


@pytest.fixture(scope="session")
def other_reader(library: RunningLibrary) -> httpx.Client:
    """Return the client of library.readers[1]."""
    return library.client("reader", library.readers[1])


@pytest.fixture(scope="session")
def auditor(library: RunningLibrary) -> httpx.Client:
    return library.client("auditor")


@pytest.fixture(scope="session")
def nobody(library: RunningLibrary) -> httpx.Client:
    return library.client()
