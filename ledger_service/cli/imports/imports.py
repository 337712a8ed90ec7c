"""The command `muhr import`: many resources at once, under one anchor."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service.cli.imports.sent_imports import send_import, tell_end
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    POSITIVE,
    Command,
    as_json,
    dry_run_option,
    is_somebody_there,
    remote,
    token_option,
    yes_option,
)
from ledger_service.domain.imports.prepared_claim import REFUSED

if TYPE_CHECKING:
    from ledger_service.cli.imports.own_imports import Source


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
@click.option(
    "--encoding", default="", help="Of MARC records that do not tell theirs: windows-1251."
)
@click.option("--set", "set_name", default="", help="Of an OAI-PMH service: records of this set.")
@click.option("--from", "since", default="", help="Records changed since this date.")
@click.option("--until", default="", help="Records changed until this date.")
@click.option("--prefix", default="", help="Format of its records; default: oai_dc.")
@click.option(
    "--anew", is_flag=True, help="Ask for all records, also those of an earlier, complete harvest."
)
@click.option(
    "--fetch",
    is_flag=True,
    help="Fetch files of records from their service, into the folder of --files, if they are not there.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    help="Fetch from this host, too: NAME or NAME:PORT; * for all with a public address.",
)
@click.option(
    "--most-bytes", default=10 * 2**30, show_default=True, help="Fetch no more bytes than these."
)
@dry_run_option
@yes_option
@click.option("--wait/--no-wait", default=True, help="Until the ledger is anchored.")
@click.option(
    "--api", help="Send a manifest of digests to the service at this URL, which imports it."
)
@token_option
@as_json
def import_(
    *,
    source: str,
    license_name: str,
    keep: bool,
    report: Path | None,
    files: Path | None,
    encoding: str,
    dry_run: bool,
    yes: bool,
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **of_harvest: Any,
) -> None:
    """Import many resources: a folder, a CSV or JSON Lines manifest, a BagIt bag, MARC 21, MARCXML, or
    the URL of an OAI-PMH service, whose harvest goes on where it stopped and next time asks for what
    has changed. Needs the library's own database; may be killed and run again.

    A person at a terminal is shown what was found, and asked, before anything is registered.

    With --api it needs none, and SOURCE is a manifest that names no files.
    """
    if api is not None:
        if dry_run:
            raise click.UsageError("--dry-run looks at files here; it needs no --api.")
        service = remote(api, "registrar", token_file)
        send_import(service, Path(source), license_name, report, wait=wait, as_json=as_json)
        return
    from ledger_service.cli.imports.own_imports import import_here, look_here
    from ledger_service.cli.imports.survey import ask_about

    asked = _asked(source, license_name, files, encoding, **of_harvest)
    if dry_run:
        counts = look_here(asked, report, as_json)
        tell_end(counts, None, kept=keep, wait=False, as_json=as_json)
        _exit(counts, is_incomplete=False)
    if not yes and not as_json and is_somebody_there():
        ask_about(asked, keep)
    counts, last, block = import_here(asked, keep, report, wait, as_json)
    tell_end(counts, block, kept=keep, wait=wait, as_json=as_json)
    _exit(counts, is_incomplete=wait and last >= 0 and block is None)


def _asked(
    source: str,
    license_name: str,
    files: Path | None,
    encoding: str,
    *,
    set_name: str,
    since: str,
    until: str,
    prefix: str,
    anew: bool,
    fetch: bool,
    hosts: tuple[str, ...],
    most_bytes: int,
) -> Source:
    from ledger_service.adapters.imports.sources.records.oai import Selection
    from ledger_service.cli.imports.own_imports import Source

    if hosts and not fetch:
        raise click.UsageError("--host allows what --fetch asks.")
    selection = Selection(set_name, since, until, prefix)
    wanted = (hosts, most_bytes) if fetch else None
    return Source(source, license_name, files, encoding, selection, anew=anew, fetch=wanted)


def _exit(counts: Counter[str], *, is_incomplete: bool) -> None:
    status = INCOMPLETE if is_incomplete else POSITIVE
    click.get_current_context().exit(NEGATIVE if counts[REFUSED] else status)


commands = (import_,)
