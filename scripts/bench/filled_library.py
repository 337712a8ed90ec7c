"""A served library whose ledger is filled in bulk with claims on made-up digests, and anchored."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.domain.errors import LedgerBusy
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.imports.import_resources import import_into
from ledger_service.setup import Opened, open_library
from scripts.harness.served_library import ServedLibrary

LICENSE = "CC0-1.0"
CLAIMS_A_TRANSACTION = 10_000
TRIES = 20  # of a transaction that waits 5 seconds for the lock


@dataclass(frozen=True)
class Filled:
    """A library that is served while it is used."""

    served: ServedLibrary
    digests: list[bytes]


@contextmanager
def filled_library(count: int) -> Iterator[Filled]:
    """Yield a library with so many accepted entries under an anchored checkpoint."""
    digests = [hashlib.sha256(b"resource %d" % number).digest() for number in range(count)]
    record = Metadata("A resource", "application/pdf", 1000)
    claims = (claim(digest, record) for digest in digests)
    with library_that_accepted(claims, "library.test/bench") as (served, opened):
        opened.store.close()
        served.at_rest()
        yield Filled(served, digests)


@contextmanager
def library_that_accepted(
    claims: Iterator[PreparedClaim], origin: str
) -> Iterator[tuple[ServedLibrary, Opened]]:
    """Yield a served library that has accepted claims, and another connection to its database.

    The caller closes the connection.
    """
    with tempfile.TemporaryDirectory() as folder:
        with ServedLibrary(Path(folder), origin) as served:
            served.at_rest()
            config = configuration.load({"MUHR_HOME": str(served.home)})
            opened = open_library(config, served.chain_url)
            while some := list(islice(claims, CLAIMS_A_TRANSACTION)):
                accept(opened, some)
            yield served, opened


def accept(opened: Opened, claims: list[PreparedClaim]) -> None:
    """Accept the claims, again if the library's own worker has the lock for too long."""
    for _ in range(TRIES):
        with suppress(LedgerBusy):
            with opened.store.write() as transaction:
                import_into(opened.library, transaction, claims)
            return
    sys.exit("The worker does not let the benchmark fill its library.")


def claim(digest: bytes, record: Metadata) -> PreparedClaim:
    """Return a claim on a resource of which only the digest and the record exist."""
    return PreparedClaim(
        digest.hex(),
        digest=digest,
        cid="f01551220" + digest.hex(),
        metadata_digest=record.digest.value,
        license=LICENSE,
        title=record.title,
        creator=record.creator,
        language=record.language,
        media_type=record.media_type,
        size_bytes=record.size_bytes,
    )
