"""The command for records: corrected, and as they were before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    print_json,
    remote,
    say,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named

SHOWN = ("title", "creator", "language", "media_type")


@click.command(cls=Command)
@digest_argument
@click.option("--title")
@click.option("--creator")
@click.option("--language", help="BCP 47, e.g. uz-Latn.")
@click.option("--media-type", help="Such as application/pdf.")
@api_option
@token_option
@as_json
def describe(
    digest: str, api: str | None, token_file: Path | None, as_json: bool, **record: str | None
) -> None:
    """Correct the record of a resource; without a correction, show what it was corrected to so far.

    A correction is a new revision, which the ledger commits to. The registration stays as it is.
    """
    corrected = {name: text for name, text in record.items() if text is not None}
    service = remote(api, "registrar", token_file) if corrected else remote(api)
    path = f"/resources/{digest_named(service, digest)}/descriptions"
    if not corrected:
        found: list[dict[str, Any]] = service.get(path)
        if as_json:
            print_json(found)
        for item in [] if as_json else found:
            say(f"revision {item['revision']}, entry {item['entry']}")
            _print(item)
        return
    told = service.post(path, corrected)
    if as_json:
        print_json(told)
        return
    say(f"revision {told['revision']}, entry {told['described_entry']}")
    _print(told)


def _print(item: dict[str, Any]) -> None:
    for name in SHOWN:
        say(f"  {name:<12}{item[name]}")


commands = (describe,)
