"""The command for records: shown, corrected, and as they were before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    moment,
    print_json,
    remote,
    say,
    token_option,
)
from ledger_service.cli.resources.given_record import (
    CORRECTED,
    read_record,
    read_set,
    record_option,
    whole,
)
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.domain.resources.record import FIELDS


@click.command(cls=Command)
@digest_argument
@click.option("--title")
@click.option("--creator")
@click.option("--language", help="BCP 47, e.g. uz-Latn.")
@click.option("--media-type", help="Such as application/pdf.")
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field of the record, as text or JSON; several times for a list, empty to take it away.",
)
@record_option
@click.option("--history", is_flag=True, help="Show each revision, the first record too.")
@api_option
@token_option
@as_json
def describe(
    *,
    digest: str,
    fields: tuple[str, ...],
    record_file: Path | None,
    history: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **record: str | None,
) -> None:
    """Show the record of a resource, or correct it.

    A correction is a new revision, which the ledger commits to. The registration stays as it is.
    """
    corrected = {} if record_file is None else whole(read_record(record_file))
    corrected |= read_set(fields)
    corrected |= {name: text for name, text in record.items() if text is not None}
    if corrected and history:
        raise click.UsageError("--history shows what was; correct the record without it.")
    service = remote(api, "registrar", token_file) if corrected else remote(api)
    path = f"/resources/{digest_named(service, digest)}"
    if corrected:
        told = [service.post(f"{path}/descriptions", corrected)]
    elif history:
        told = service.get(f"{path}/descriptions", claimed="true")
    else:
        told = service.get(path)
    if as_json:
        print_json(told[0] if corrected else told)
    for item in [] if as_json else told:
        _print(item)


def _print(item: dict[str, Any]) -> None:
    entry = item.get("entry", item.get("described_entry")) or item.get("accepted_entry")
    at = f", {moment(item['described_at'])}" if "described_at" in item else ""
    say(f"revision {item['revision']}, entry {entry}{at}")
    for name in (*CORRECTED, *FIELDS):
        values = item.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            say(f"  {name:<14}{_line(value)}")


def _line(value: Any) -> str:
    """Return a part in one line: its first text, and what else it says in brackets."""
    if not isinstance(value, dict):
        return str(value)
    parts = [str(part) for part in value.values()]
    first = str(value.get("text") or value.get("name") or value.get("title") or parts[-1])
    others = [part for part in parts if part != first]
    return f"{first} ({', '.join(others)})" if others else first


commands = (describe,)
