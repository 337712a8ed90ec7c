"""The command `muhr import`: many resources at once, under one anchor."""

from __future__ import annotations

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
from ledger_service.domain.import_progress import Extent, Progress
from ledger_service.domain.import_report import COLUMNS, format_rows, report_lines, report_rows
from ledger_service.domain.prepared_claim import REFUSED, ImportResult, PreparedClaim
from ledger_service.services.import_resources import import_claims
from ledger_service.services.library import Library
from ledger_service.services.register_resource import find_license
from ledger_service.services.run_import import run_import
from ledger_service.setup import open_library

ANCHOR_WAIT_SECONDS = 120
SAY_EVERY_SECONDS = 0.5
MOST_REFUSALS_SHOWN = 20
Report = Callable[[list[ImportResult]], None]


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
        extent = Extent()
        items = read_source(source, license_name, files, extent)
        with _report(report) as tell, _progress(extent, quiet=as_json) as say:
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
    say: Callable[[int], None],
) -> tuple[Counter[str], int]:
    """Return how many items had which outcome, and the last entry that concerns any, −1 for none."""
    holder = f"import-{secrets.token_hex(8)}"
    with closing(open_journal(journal_path)) as journal:

        def take(claims: list[PreparedClaim]) -> list[ImportResult]:
            results = import_claims(library, holder, claims)
            note_hashed(journal, claims)
            return results

        def told(results: list[ImportResult], counts: Counter[str]) -> None:
            tell(results)
            say(counts.total())

        counts, last = run_import(batches, take, told)
    import_claims(library, holder, [], is_last=True)
    return counts, last


@contextmanager
def _report(path: Path | None) -> Iterator[Report]:
    """Yield a function that writes results into the report, and shows the first refusals."""
    shown = 0

    def show(results: list[ImportResult]) -> None:
        nonlocal shown
        for result in results:
            if result.outcome == REFUSED and shown < MOST_REFUSALS_SHOWN:
                shown += 1
                click.echo(f"✗ {result.place}: {result.reason}", err=True)

    if path is None:
        yield show
        return
    is_csv = path.suffix.lower() == ".csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        if is_csv:
            file.write(format_rows([COLUMNS]))

        def tell(results: list[ImportResult]) -> None:
            file.write((report_rows if is_csv else report_lines)(results))
            show(results)

        yield tell


@contextmanager
def _progress(extent: Extent, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many items are done, how fast, and how long the rest will take.

    On a terminal it is one line.
    """
    begun, said = time.monotonic(), 0.0
    is_terminal = sys.stderr.isatty()

    def say(items: int) -> None:
        nonlocal said
        now = time.monotonic()
        if quiet or now - said < (SAY_EVERY_SECONDS if is_terminal else 10):
            return
        said = now
        line = str(Progress(items, now - begun, extent.expected_items()))
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
