"""`muhr media`: what a resource is by its content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    INCOMPLETE,
    Command,
    api_option,
    as_json,
    dated,
    print_json,
    remote,
    say,
    tell,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named


@click.command(cls=Command)
@digest_argument
@click.option("--again", is_flag=True, help="Have the service read it again.")
@token_option
@api_option
@as_json
def media(
    digest: str, again: bool, token_file: Path | None, api: str | None, as_json: bool
) -> None:
    """Show what a resource is by its content: its type, its extent, and what was made of it.

    Exit status 3 if the file could not be read, or not wholly.
    """
    service = remote(api, "registrar", token_file) if again else remote(api)
    path = f"/resources/{digest_named(service, digest)}/media"
    told = service.post(path) if again else service.get(path)
    if as_json:
        print_json(told)
    else:
        _tell(told)
        if again:
            tell("cli.media.again", err=True)
    if told["problem"] is not None:
        click.get_current_context().exit(INCOMPLETE)


def _tell(told: dict[str, Any]) -> None:
    extent = [
        f"{told['width']} × {told['height']} pixels" if told["width"] is not None else "",
        f"{told['pages']} pages" if told["pages"] is not None else "",
        f"{told['seconds']} seconds" if told["seconds"] is not None else "",
    ]
    rows = {
        "type": told["media_type"],
        "extent": ", ".join(part for part in extent if part),
        "title": told["title"],
        "identifiers": " ".join(told["identifiers"]),
        "not found": told["problem"],
        "read": f"{dated(told['read_at'])}, by {told['read_by']}",
    }
    for name, value in rows.items():
        if value:
            say(f"{name:<12}{value}")
    for made in told["renditions"]:
        say(f"{made['kind']:<12}{made['bytes']:,} bytes, {made['media_type']}, {made['cid']}")


commands = (media,)
