"""A served library whose ledger is filled in bulk with claims on made-up digests, and anchored."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
    with tempfile.TemporaryDirectory() as folder:
        with ServedLibrary(Path(folder), "library.test/bench") as served:
            served.at_rest()
            config = configuration.load({"MUHR_HOME": str(served.home)})
            opened = open_library(config, served.chain_url)
            for start in range(0, count, CLAIMS_A_TRANSACTION):
                claims = [claim(digest) for digest in digests[start : start + CLAIMS_A_TRANSACTION]]
                accept(opened, claims)
            opened.store.close()
            served.at_rest()
            yield Filled(served, digests)


def accept(opened: Opened, claims: list[PreparedClaim]) -> None:
    """Accept the claims, again if the library's own worker has the lock for too long."""
    for _ in range(TRIES):
        with suppress(LedgerBusy):
            with opened.store.write() as transaction:
                import_into(opened.library, transaction, claims)
            return
    sys.exit("The worker does not let the benchmark fill its library.")


def claim(digest: bytes) -> PreparedClaim:
    """Return a claim on a resource of which only the digest exists."""
    metadata = Metadata("A resource", "application/pdf", 1000)
    return PreparedClaim(
        digest.hex(),
        digest=digest,
        cid="f01551220" + digest.hex(),
        metadata_digest=metadata.digest.value,
        license=LICENSE,
        title=metadata.title,
        media_type=metadata.media_type,
        size_bytes=metadata.size_bytes,
    )
