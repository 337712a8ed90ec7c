"""Run the imports that callers sent, oldest first; for the worker, beside its rounds.

Claims, their results and how far the manifest was read are one write transaction. Whoever goes on
with an import, after a kill or beside another worker, writes only if it stands where they think.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from ledger_service.domain.errors import LedgerError, StorageFull, Unavailable
from ledger_service.domain.imports.import_job import ImportJob, ImportState
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.import_report import report_lines
from ledger_service.domain.imports.prepared_claim import PreparedClaim, reason_of
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import LeaseKind
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.import_resources import (
    IMPORT_SECONDS,
    import_for,
    in_transactions,
)
from ledger_service.services.library import Library

ITEMS_A_BATCH = 256
CLAIMS_A_TRANSACTION = 2_500  # requests that append wait meanwhile
LEASE_NAME = "jobs"


class _MovedOn(Exception):
    """The import does not stand where this run left it: canceled, or another worker goes on with it."""


def run_import_job(library: Library, stop: Callable[[], bool]) -> bool:
    """Run the oldest import that waits, to its end or until told to stop; False if none waits.

    Raises:
        Unavailable, StorageFull: it cannot go on now, and will go on from there when run again.
    """
    job = _begin(library)
    if job is None:
        return False
    run = _Run(library, job, stop)
    try:
        for claims in in_transactions(run.batches(), CLAIMS_A_TRANSACTION):
            run.take(claims)
        if not run.is_stopped:
            _end(library, job, ImportState.DONE)
    except _MovedOn:
        pass
    except (Unavailable, StorageFull):
        raise
    except LedgerError as exc:
        _end(library, job, ImportState.FAILED, reason_of(exc))
    except Exception:
        _end(library, job, ImportState.FAILED, Reason("fault-of-service").format())
        raise
    return True


def sweep_imports(library: Library) -> None:
    """Forget what ended long ago, and remove manifests that no import will read."""
    with library.store.write() as transaction:
        transaction.imports.remove_ended(library.clock() - library.limits.report_seconds)
    # Listed first: an upload that settles and is asked for meanwhile is then among the open ones.
    settled = library.manifests.settled()
    with library.store.read() as transaction:
        wanted = transaction.imports.open_ids()
    for job in set(settled) - wanted:
        library.manifests.remove(job)


class _Run:
    """One import from where it stands."""

    def __init__(self, library: Library, job: ImportJob, stop: Callable[[], bool]) -> None:
        self._library = library
        self._job = job
        self._stop = stop
        self._extent = Extent()
        self._since = time.monotonic()
        self.is_stopped = False

    def batches(self) -> Iterator[list[PreparedClaim]]:
        """Yield the claims of the items that have no result yet."""
        job, largest = self._job, self._library.limits.largest_resource_bytes
        claims = self._library.manifests.claims(
            job.id, job.form, job.license, largest, self._extent
        )
        for number, _ in enumerate(islice(claims, job.items)):
            if number % ITEMS_A_BATCH == 0 and self._stop():
                self.is_stopped = True
                return
        self._since = time.monotonic()
        while not self._stop():
            batch = list(islice(claims, ITEMS_A_BATCH))
            if not batch:
                return
            yield batch
        self.is_stopped = True

    def take(self, claims: list[PreparedClaim]) -> None:
        """Accept claims, and write down in the same transaction that this was done."""
        library, before = self._library, self._job
        with library.store.write() as transaction:
            if transaction.imports.find(before.id) != before:
                raise _MovedOn
            results = import_for(library, transaction, before.caller, before.id, claims)
            counts = Counter(result.outcome for result in results)
            entries = [result.entry for result in results if result.entry is not None]
            last = max(entries, default=None)
            worked = round((time.monotonic() - self._since) * 1000)
            after = before.advanced(counts, last, self._extent.read, worked)
            transaction.imports.set(after)
            transaction.imports.add_results(before.id, before.items, report_lines(results))
            _hold_anchors(library, transaction, IMPORT_SECONDS)
        self._job, self._since = after, time.monotonic()


def _begin(library: Library) -> ImportJob | None:
    """Return the import to go on with, running."""
    with library.store.read() as transaction:
        job = transaction.imports.oldest_open()
    if job is None or job.state is ImportState.RUNNING:
        return job
    with library.store.write() as transaction:
        if transaction.imports.find(job.id) != job:
            return None
        job = replace(job, state=ImportState.RUNNING, started_at=library.clock())
        transaction.imports.set(job)
    return job


def _end(library: Library, job: ImportJob, state: ImportState, failure: str | None = None) -> None:
    """Let the import have ended so, wherever it stands, unless it has ended already."""
    with library.store.write() as transaction:
        found = transaction.imports.find(job.id)
        if found is not None and found.is_open:
            now = library.clock()
            ended = replace(found, state=state, ended_at=now, failure=failure)
            transaction.imports.set(ended)
        _hold_anchors(library, transaction, 0)
    library.manifests.remove(job.id)


def _hold_anchors(library: Library, transaction: Transaction, seconds: int) -> None:
    """Let anchors wait for this import as for others; nothing else waits for the lease."""
    now = library.clock()
    transaction.jobs.take_lease(LeaseKind.IMPORT, LEASE_NAME, LEASE_NAME, now, seconds)
