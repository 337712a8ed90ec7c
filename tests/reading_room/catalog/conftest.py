"""A browser of the catalog in English, and resources of every kind that a page must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from reading_room.catalog.sql import SqlCatalog
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

HTML = {"Accept-Language": "en", "Accept": "text/html"}


@pytest.fixture(scope="session")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, headers=HTML, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def listed(library: RunningLibrary) -> Callable[[], None]:
    """Return a function that waits until the lists have all that the ledger has now."""

    def wait() -> None:
        size = library.status()["ledger_size"]

        def is_read() -> bool:
            with library.opened.store.read() as transaction:
                return transaction.room(SqlCatalog).read_to() >= size

        wait_until(is_read, "the lists do not follow")

    return wait


@pytest.fixture(scope="session")
def withdrawn(library: RunningLibrary) -> str:
    digest = str(library.register(title="Retracted")["digest"])
    body = {"reason": "retracted"}
    answer = library.registrar.post(f"/resources/{digest}/withdrawal", json=body)
    assert answer.status_code == 202
    library.at_rest()
    return digest


@pytest.fixture(scope="session")
def superseded(library: RunningLibrary) -> tuple[str, str]:
    """Return the digests of a book and of its newer version."""
    old, new = library.register_all(["First edition", "Second edition"])
    body = {"successor": new, "relation": "version"}
    answer = library.registrar.post(f"/resources/{old}/supersession", json=body)
    assert answer.status_code == 202
    library.at_rest()
    return old, new


@pytest.fixture(scope="session")
def closed(library: RunningLibrary) -> str:
    library.license("lent-by-the-catalog", longest_loan_seconds=3 * 86_400, seats=2)
    data = b"for some readers of the catalog"
    return str(library.register(data, license="lent-by-the-catalog", title="Lent")["digest"])
