"""Commands for what becomes of a resource: supersede, rendition, withdraw."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    print_json,
    remote,
    token_option,
)
from ledger_service.domain.identifiers import Digest

WAIT_SECONDS = 120
wait_option = click.option("--wait/--no-wait", default=True, help="Until the chain has it.")


@click.command(cls=Command)
@click.argument("digest")
@click.option("--by", "successor", required=True, metavar="DIGEST", help="A registered resource.")
@click.option(
    "--as",
    "relation",
    type=click.Choice(["version", "correction", "translation"]),
    required=True,
    help="What the successor is to it.",
)
@wait_option
@api_option
@token_option
@as_json
def supersede(digest: str, successor: str, relation: str, **how: Any) -> None:
    """Point from a resource to the one that takes its place."""
    body = {"successor": Digest.parse(successor).hex(), "relation": relation}
    _change(digest, "supersession", body, **how)


@click.command(cls=Command)
@click.argument("digest")
@click.option("--of", "original", required=True, metavar="DIGEST", help="A registered resource.")
@wait_option
@api_option
@token_option
@as_json
def rendition(digest: str, original: str, **how: Any) -> None:
    """Say that a resource is another file of an original, such as one with a cover page."""
    _change(digest, "rendition", {"original": Digest.parse(original).hex()}, **how)


@click.command(cls=Command)
@click.argument("digest")
@click.option("--reason", type=click.Choice(["retracted", "legal", "error"]), required=True)
@wait_option
@api_option
@token_option
@as_json
def withdraw(digest: str, reason: str, **how: Any) -> None:
    """Withdraw a resource for good. Openings of it are refused at once, on chain or not."""
    _change(digest, "withdrawal", {"reason": reason}, **how)


def _change(
    digest: str,
    what: str,
    body: dict[str, str],
    *,
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    library = remote(api, "registrar", token_file)
    path = f"/resources/{Digest.parse(digest)}"
    asked = found = library.post(f"{path}/{what}", body)
    deadline = time.monotonic() + WAIT_SECONDS
    while wait and found["state"] not in ("done", "rejected") and time.monotonic() < deadline:
        time.sleep(0.2)
        news = {"state": None, "because": None}
        found = next(item for item in library.get(f"{path}/changes") if item | news == asked | news)
    if as_json:
        print_json(found)
    else:
        because = f": {found['because']}" if found["because"] else ""
        click.echo(f"{found['digest']} {found['change']}: {found['state']}{because}")
    if found["state"] == "rejected":
        click.get_current_context().exit(NEGATIVE)
    if wait and found["state"] != "done":
        click.get_current_context().exit(INCOMPLETE)


commands = (supersede, rendition, withdraw)
