"""The command `muhr import`: many resources at once, under one anchor."""

from __future__ import annotations

import csv
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service.adapters.hashing import Hashing, note_hashed, open_journal, prepare_claims
from ledger_service.adapters.sources import read_source
from ledger_service.cli.output import INCOMPLETE, NEGATIVE, Command, as_json, print_json
from ledger_service.domain.prepared_claim import REFUSED, ImportResult, PreparedClaim
from ledger_service.services.import_resources import import_claims
from ledger_service.services.library import Library
from ledger_service.services.register_resource import find_license
from ledger_service.setup import open_library

CLAIMS_A_TRANSACTION = 10_000
ANCHOR_WAIT_SECONDS = 120
SAY_EVERY_SECONDS = 0.5
MOST_REFUSALS_SHOWN = 20
Report = Callable[[ImportResult], None]


@click.command(name="import", cls=Command)
@click.argument("source")
@click.option("--license", "license_name", required=True, help="For items that name none.")
@click.option(
    "--keep", is_flag=True, help="Keep the bytes here; without it they stay where they are."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Result of each item: .jsonl or .csv"
)
@click.option(
    "--files",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="For an OAI-PMH service: the folder with the files of its records.",
)
@click.option("--wait/--no-wait", default=True, help="Until the ledger is anchored.")
@as_json
def import_(
    source: str,
    license_name: str,
    keep: bool,
    report: Path | None,
    files: Path | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Import many resources: a folder, a CSV or JSON Lines manifest, a BagIt bag, MARC 21, MARCXML, or
    the URL of an OAI-PMH service. Needs the library's own database; may be killed and run again.
    """
    config = configuration.load()
    opened = open_library(config, config.known_chain_url or "http://127.0.0.1:1")
    library = opened.library
    blocks = config.blocks if keep else None
    journal = config.home / "imports.journal.db"
    hashing = Hashing(journal, config.limits.largest_resource_bytes, blocks)
    try:
        with library.store.read() as transaction:
            find_license(transaction, license_name)
        items = read_source(source, license_name, files)
        with _report(report) as tell, _progress(quiet=as_json) as say:
            counts, last = _import_all(library, prepare_claims(items, hashing), journal, tell, say)
        block = _anchored_in(library, last) if wait and last >= 0 else None
    finally:
        opened.store.close()
    _tell_end(counts, block, wait, as_json)
    if counts[REFUSED]:
        click.get_current_context().exit(NEGATIVE)
    if wait and last >= 0 and block is None:
        click.get_current_context().exit(INCOMPLETE)


def _import_all(
    library: Library,
    batches: Iterator[list[PreparedClaim]],
    journal_path: Path,
    tell: Report,
    say: Callable[[Counter[str]], None],
) -> tuple[Counter[str], int]:
    """Return how many items had which outcome, and the last entry that concerns any, −1 for none."""
    counts: Counter[str] = Counter()
    last = -1
    holder = f"import-{secrets.token_hex(8)}"
    with closing(open_journal(journal_path)) as journal:
        for claims in _chunks(batches):
            results = import_claims(library, holder, claims)
            note_hashed(journal, claims)
            for result in results:
                counts[result.outcome] += 1
                last = max(last, -1 if result.entry is None else result.entry)
                tell(result)
            say(counts)
    import_claims(library, holder, [], is_last=True)
    return counts, last


def _chunks(batches: Iterator[list[PreparedClaim]]) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of one write transaction each; at most a few seconds' work is lost by a kill."""
    chunk: list[PreparedClaim] = []
    begun = time.monotonic()
    for claims in batches:
        chunk += claims
        if len(chunk) >= CLAIMS_A_TRANSACTION or time.monotonic() - begun > 2:
            yield chunk
            chunk, begun = [], time.monotonic()
    if chunk:
        yield chunk


@contextmanager
def _report(path: Path | None) -> Iterator[Report]:
    """Yield a function that writes a result into the report, and shows the first refusals."""
    shown = 0

    def show(result: ImportResult) -> None:
        nonlocal shown
        if result.outcome == REFUSED:
            shown += 1
            if shown <= MOST_REFUSALS_SHOWN:
                click.echo(f"✗ {result.place}: {result.reason}", err=True)

    if path is None:
        yield show
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix.lower() == ".csv":
            rows = csv.writer(file)
            rows.writerow(("place", "digest", "index", "result", "reason"))

            def write(result: ImportResult) -> None:
                index = "" if result.entry is None else result.entry
                rows.writerow(
                    (result.place, result.digest.hex(), index, result.outcome, result.reason)
                )
        else:

            def write(result: ImportResult) -> None:
                line = {
                    "place": result.place,
                    "digest": result.digest.hex(),
                    "index": result.entry,
                    "result": result.outcome,
                    "reason": result.reason,
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

        def tell(result: ImportResult) -> None:
            write(result)
            show(result)

        yield tell


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Counter[str]], None]]:
    """Yield a function that shows how many items are done and how fast, on a terminal in one line."""
    begun, said = time.monotonic(), 0.0
    is_terminal = sys.stderr.isatty()

    def say(counts: Counter[str]) -> None:
        nonlocal said
        now = time.monotonic()
        if quiet or now - said < (SAY_EVERY_SECONDS if is_terminal else 10):
            return
        said = now
        rate = counts.total() / max(now - begun, 0.001)
        line = f"{counts.total():,} items, {rate:,.0f} a second"
        click.echo(f"\r{line}\x1b[K" if is_terminal else line, err=True, nl=not is_terminal)

    yield say
    if is_terminal and said:
        click.echo(err=True)


def _anchored_in(library: Library, index: int) -> int | None:
    """Return the block that anchors the entry, None if none does in time."""
    deadline = time.monotonic() + ANCHOR_WAIT_SECONDS
    while time.monotonic() < deadline:
        with library.store.read() as transaction:
            checkpoint = transaction.checkpoints.first_anchored_above(index)
        if checkpoint is not None:
            return checkpoint.block
        time.sleep(0.2)
    return None


def _tell_end(counts: Counter[str], block: int | None, wait: bool, as_json: bool) -> None:
    if as_json:
        print_json({"items": counts.total(), **counts, "anchored_in_block": block})
        return
    told = ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items())) or "no items"
    click.echo(told)
    if block is not None:
        click.echo(f"anchored in block {block}")
    elif wait and counts.total() > counts[REFUSED]:
        click.echo("not anchored yet: `muhr serve` does so while it runs", err=True)


commands = (import_,)
