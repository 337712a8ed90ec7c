"""Served libraries that hold a catalog, and what an import costs with the index and without it."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.chain import LeaseKind
from ledger_service.services.imports.import_resources import IMPORT_SECONDS
from ledger_service.setup import Opened
from reading_room.search.work import work
from scripts.bench.filled_library import accept, claim, library_that_accepted
from scripts.bench.groups.search.catalog import Catalog, Work
from scripts.harness.running_library import RunningLibrary
from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until

WAIT_SECONDS = 7200
CLAIMS_A_ROUND = 30_000
MEDIA_TYPES = ("application/pdf", "application/pdf", "image/jpeg", "audio/mpeg")


@dataclass(frozen=True)
class Held:
    """A library that is served, and another connection to its database."""

    served: ServedLibrary
    opened: Opened

    @property
    def database(self) -> Path:
        return self.served.home / "muhr.db"


@contextmanager
def library_of(catalog: Catalog) -> Iterator[Held]:
    """Yield a served library that holds a catalog, all of it indexed."""
    claims = (claim_on(number, made) for number, made in enumerate(catalog.works()))
    with library_that_accepted(claims, "library.test/search") as (served, opened):
        wait_until(
            lambda: served.get("/search?limit=1")["index_size"] >= catalog.count,
            "the index does not follow",
            WAIT_SECONDS,
        )
        served.at_rest()
        yield Held(served, opened)
        opened.store.close()


def claim_on(number: int, made: Work) -> PreparedClaim:
    """Return a claim on a work of which only the digest and the record exist."""
    media_type = MEDIA_TYPES[number % len(MEDIA_TYPES)]
    record = Metadata(made.title, media_type, 1000, made.creator, made.language)
    return claim(hashlib.sha256(b"work %d" % number).digest(), record)


@contextmanager
def importing() -> Iterator[tuple[Opened, Iterator[PreparedClaim]]]:
    """Yield a library that imports, nobody else being there, and claims for it without end."""
    with tempfile.TemporaryDirectory() as folder:
        library = RunningLibrary(Path(folder, "home"))
        opened = library.opened
        yield opened, (claim_on(n, one) for n, one in enumerate(Catalog(10**7).works()))
        library.stop()


def import_rate(opened: Opened, claims: Iterator[PreparedClaim], *, with_index: bool) -> float:
    """Return how many claims a second an import accepts; with_index: while the index follows."""
    some = list(islice(claims, CLAIMS_A_ROUND))
    over = threading.Event()

    def follow() -> None:
        while not over.wait(0.05):
            work(opened.library, over.is_set)

    thread = threading.Thread(target=follow)
    if with_index:
        thread.start()
    with opened.store.write() as transaction:
        now = opened.library.clock()
        transaction.jobs.take_lease(LeaseKind.IMPORT, "bench", "bench", now, IMPORT_SECONDS)
    begun = time.perf_counter()
    for at in range(0, len(some), 2_500):
        accept(opened, some[at : at + 2_500])
    rate = len(some) / (time.perf_counter() - begun)
    over.set()
    if with_index:
        thread.join()
    return rate
