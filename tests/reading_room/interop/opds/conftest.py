"""An app that reads at the shared library, and works of every kind that it meets there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from reading_room.catalog.sql import SqlCatalog
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

LENT_LICENSE = "lent-to-apps"


@pytest.fixture(scope="session")
def app(library: RunningLibrary) -> Iterator[httpx.Client]:
    """Return what asks as apps do: in English, with no cookie, and not led elsewhere unseen."""
    headers = {"Accept-Language": "en"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False, timeout=60) as client:
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
def opened(library: RunningLibrary) -> str:
    """Return the digest of what everybody may read."""
    return str(library.register(title="Open to apps", creator="Navoiy, Alisher")["digest"])


@pytest.fixture(scope="session")
def lent(library: RunningLibrary) -> str:
    """Return the digest of what two readers may read at a time, and need no registrar for it."""
    terms = {"longest_loan_seconds": 3 * 86_400, "seats": 2, "self_service": True}
    library.license(LENT_LICENSE, **terms)
    data = b"for readers of apps"
    return str(library.register(data, license=LENT_LICENSE, title="Lent to apps")["digest"])


@pytest.fixture(scope="session")
def withdrawn(library: RunningLibrary) -> str:
    digest = str(library.register(title="Withdrawn from apps")["digest"])
    answer = library.registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "retracted"})
    assert answer.status_code == 202
    library.at_rest()
    return digest
