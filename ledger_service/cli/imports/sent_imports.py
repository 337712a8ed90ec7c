"""`muhr import --api`: a service runs the import; this sends it, follows it and fetches its report."""

from __future__ import annotations

import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    print_json,
    progress,
    progress_line,
    say,
    tell,
)
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_progress import Progress
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    JOINED,
    READY,
    REFUSED,
    REGISTERED,
    SKIPPED,
)
from ledger_service.domain.reasons import Reason

KIND_OF = {
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".csv": "text/csv",
    ".tsv": "text/csv",
}
OUTCOMES = (REGISTERED, DUPLICATE, REFUSED, SKIPPED)
MOST_REFUSALS_SHOWN = 20
POLL_SECONDS = 0.2
ANCHOR_WAIT_SECONDS = 120
KEPT_ELSEWHERE = "cli.import.kept-elsewhere"


def send_import(
    service: RemoteService,
    manifest: Path,
    license_name: str,
    report: Path | None,
    *,
    wait: bool,
    as_json: bool,
) -> None:
    """Send a manifest and tell what became of it; exit as `muhr import` does.

    wait: False to leave the import to the service, and tell its id only.
    """
    kind = KIND_OF.get(manifest.suffix.lower())
    if kind is None or not manifest.is_file():
        raise InvalidManifest("ending", file=str(manifest), endings=", ".join(KIND_OF))
    with progress(manifest.name, manifest.stat().st_size, quiet=as_json) as told:
        sent = service.send_manifest(manifest, kind, license_name, told)
    if not wait:
        _tell_sent(sent, as_json)
        return
    ended = _follow(service, sent["id"], as_json)
    counts = Counter({name: ended[name] for name in OUTCOMES if ended[name]})
    _fetch_report(service, ended, report)
    block = ended["anchor"]["block"] if ended["anchor"] else None
    tell_end(counts, block, kept=False, wait=True, as_json=as_json)
    if ended["state"] != "done":
        say(f"{ended['state']}: {ended['failure'] or 'by a registrar'}", err=True)
    if counts[REFUSED] or ended["state"] != "done":
        click.get_current_context().exit(NEGATIVE)
    if block is None and counts.total():
        click.get_current_context().exit(INCOMPLETE)


def tell_end(
    counts: Counter[str], block: int | None, *, kept: bool, wait: bool, as_json: bool
) -> None:
    """Tell how many items had which outcome, and which block anchors them, if one does.

    kept: whether the library keeps the bytes of what was read.
    """
    if as_json:
        told = {"items": counts.total(), **counts, "kept": kept, "anchored_in_block": block}
        print_json(told)
        return
    shown = ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items()))
    say(shown or messages.said("cli.import.no-items"))
    if block is not None:
        tell("cli.import.anchored", block=str(block))
    elif wait and counts.total() > counts[REFUSED]:
        tell("cli.import.not-anchored", err=True)
    if counts[JOINED]:
        tell("cli.import.joined", count=counts[JOINED])
    if not kept and counts[REGISTERED] + counts[READY]:
        tell(KEPT_ELSEWHERE)


def _tell_sent(sent: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(sent)
    else:
        say(f"import {sent['id']}: {sent['state']}")


def _follow(service: RemoteService, job: str, as_json: bool) -> dict[str, Any]:
    """Return the import once it has ended and is anchored, or no anchor came in time."""
    deadline = None
    with progress_line(quiet=as_json) as say:
        while True:
            found: dict[str, Any] = service.get(f"/imports/{job}")
            left, rate = found["seconds_left"], found["items_per_second"]
            expected = None if left is None else found["items"] + round(left * rate)
            say(Progress(found["items"], found["items"] / (rate or 1), expected))
            if found["ended_at"] is not None:
                deadline = deadline or time.monotonic() + ANCHOR_WAIT_SECONDS
                has_none = not found["registered"] + found["duplicate"]
                if found["anchor"] or has_none or time.monotonic() > deadline:
                    return found
            time.sleep(POLL_SECONDS)


def _fetch_report(service: RemoteService, ended: dict[str, Any], report: Path | None) -> None:
    """Write the report into the file, if one is wanted, and show the first refusals."""
    if report is not None:
        form = "csv" if report.suffix.lower() == ".csv" else "jsonl"
        service.download(f"{ended['report']}?format={form}", report, lambda _: None)
    if ended["refused"]:
        lines = service.lines(ended["report"])
        refused = (line for line in lines if line["result"] == REFUSED)
        for line in islice(refused, MOST_REFUSALS_SHOWN):
            say(f"✗ {line['place']}: {_why(line)}", err=True)


def _why(line: dict[str, Any]) -> str:
    """Return why an item was refused; services of earlier versions tell it as a sentence."""
    return messages.text(Reason.from_json(line)) if "values" in line else str(line["reason"])
