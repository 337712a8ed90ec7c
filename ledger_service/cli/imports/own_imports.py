"""Imports by `muhr import` into the library's own database, without its service."""

from __future__ import annotations

import gc
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.given_files import make_given
from ledger_service.adapters.imports.harvests import HarvestNotes
from ledger_service.adapters.imports.hashing import prepare_claims
from ledger_service.adapters.imports.preparer import Hashing
from ledger_service.adapters.imports.sources.fetching.fetcher import Bounds
from ledger_service.adapters.imports.sources.kinds import Pieces, read_source
from ledger_service.adapters.imports.sources.records.oai import Fetch, Selection
from ledger_service.cli.imports.sent_imports import MOST_REFUSALS_SHOWN
from ledger_service.cli.output import progress_line, say
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.imports.import_progress import Extent, Progress
from ledger_service.domain.imports.import_report import (
    COLUMNS,
    report_lines,
)
from ledger_service.domain.imports.prepared_claim import READY, REFUSED, ImportResult, PreparedClaim
from ledger_service.domain.people.caller import Caller
from ledger_service.messages.import_report import shown_lines, shown_rows
from ledger_service.services.imports.import_resources import import_claims, in_transactions
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import find_license
from ledger_service.services.resources.closed.keep_sealed import open_licenses
from ledger_service.setup import taking_in

ANCHOR_WAIT_SECONDS = 120
ANCHOR_LOOK_SECONDS = 0.05
ALLOCATIONS_A_COLLECTION = 200_000
Report = Callable[[list[ImportResult]], None]
Told = Callable[[list[ImportResult], Counter[str]], None]


@dataclass(frozen=True)
class Source:
    """What to import, as `read_source` is told it. anew: whether earlier harvests do not count.

    fetch: whether files of records are fetched, from these hosts beside the service's own, and at most so
    many bytes; None if not.
    """

    name: str
    license: str
    files: Path | None
    encoding: str
    selection: Selection
    anew: bool
    fetch: tuple[tuple[str, ...], int] | None = None

    def pieces(self, extent: Extent, notes: HarvestNotes, largest_bytes: int) -> Pieces:
        """Return what is to be imported. largest_bytes: of a file that is fetched."""
        fetch = self.fetch and Fetch(self.fetch[0], Bounds(largest_bytes, self.fetch[1]))
        return read_source(
            self.name,
            self.license,
            self.files,
            extent,
            encoding=self.encoding,
            selection=self.selection,
            notes=notes,
            fetch=fetch,
        )


def import_here(
    source: Source, keep: bool, report: Path | None, wait: bool, as_json: bool
) -> tuple[Counter[str], int, int | None]:
    """Import into the library's own database; return also the last entry, and the block that anchors it."""
    config = configuration.load()
    with opened_library(config) as opened:
        library = opened.library
        hashing = Hashing(
            config.home / "imports.journal.db",
            config.limits.largest_resource_bytes,
            config.content if keep else None,
            library.key.name,
            open_licenses(library) if keep else frozenset(),
        )
        with library.store.read() as transaction:
            find_license(transaction, source.license)
        extent = Extent()
        notes = HarvestNotes(config.home / "harvests", anew=source.anew)
        pieces = source.pieces(extent, notes, config.limits.largest_resource_bytes)
        begun = time.monotonic()
        takes_in = taking_in(config) if keep else nullcontext()
        with takes_in, _report(report) as tell, progress_line(quiet=as_json) as draw:

            def told(results: list[ImportResult], counts: Counter[str]) -> None:
                tell(results)
                notes.reached(counts.total(), counts[REFUSED])
                passed = time.monotonic() - begun
                draw(Progress(counts.total(), passed, extent.expected_items()))

            counts, last = _import_all(library, prepare_claims(pieces, hashing), told)
        notes.end()
        block = _anchored_in(library, last) if wait and last >= 0 else None
    return counts, last, block


def look_here(source: Source, report: Path | None, as_json: bool) -> Counter[str]:
    """Return how many items an import would take, refuse and skip; all are hashed, and none registered."""
    config = configuration.load()
    hashing = Hashing(config.home / "imports.journal.db", config.limits.largest_resource_bytes)
    counts: Counter[str] = Counter()
    with opened_library(config) as opened:
        extent, notes, begun = Extent(), HarvestNotes(), time.monotonic()
        with opened.library.store.read() as transaction:
            find_license(transaction, source.license)
        with _report(report) as tell, progress_line(quiet=as_json) as draw:
            pieces = source.pieces(extent, notes, config.limits.largest_resource_bytes)
            for claims in prepare_claims(pieces, hashing):
                found = [
                    ImportResult(
                        claim.place, claim.digest, None, claim.outcome or READY, claim.reason
                    )
                    for claim in claims
                ]
                counts.update(result.outcome for result in found)
                tell(found)
                passed = time.monotonic() - begun
                draw(Progress(counts.total(), passed, extent.expected_items()))
    return counts


def _import_all(
    library: Library,
    batches: Iterator[list[PreparedClaim]],
    told: Told,
) -> tuple[Counter[str], int]:
    """Return how many items had which outcome, and the last entry that concerns any, −1 for none."""
    counts: Counter[str] = Counter()
    last = -1
    operator, name = Caller.operator(library.steward), secrets.token_hex(8)
    with _few_collections():
        for claims in in_transactions(batches):
            results = import_claims(library, operator, name, claims)
            counts.update(result.outcome for result in results)
            last = max(last, *(-1 if result.entry is None else result.entry for result in results))
            told(results, counts)
    import_claims(library, operator, name, [], is_last=True)
    return counts, last


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for cyclic garbage rarely: claims have none, and a million of them would have it look
    through all that the program has loaded, again and again.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_A_COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextmanager
def _report(path: Path | None) -> Iterator[Report]:
    """Yield a function that writes results into the report, and shows the first refusals."""
    shown = 0

    def show(results: list[ImportResult]) -> None:
        nonlocal shown
        for result in results:
            if result.outcome == REFUSED and shown < MOST_REFUSALS_SHOWN:
                shown += 1
                say(f"✗ {result.place}: {messages.stored(result.reason)}", err=True)

    if path is None:
        yield show
        return
    is_csv = path.suffix.lower() == ".csv"
    with TextIOWrapper(make_given(path), encoding="utf-8", newline="") as file:
        if is_csv:
            file.write(format_rows([COLUMNS]))

        def tell(results: list[ImportResult]) -> None:
            file.write((shown_rows if is_csv else shown_lines)(report_lines(results)))
            show(results)

        yield tell


def _anchored_in(library: Library, index: int) -> int | None:
    """Return the block that anchors the entry, None if none does in time."""
    deadline = time.monotonic() + ANCHOR_WAIT_SECONDS
    while time.monotonic() < deadline:
        with library.store.read() as transaction:
            checkpoint = transaction.checkpoints.first_anchored_above(index)
        if checkpoint is not None:
            return checkpoint.block
        time.sleep(ANCHOR_LOOK_SECONDS)
    return None
