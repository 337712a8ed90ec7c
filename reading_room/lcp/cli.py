"""`muhr lcp`: which files of the license server resources are."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    limit_option,
    print_json,
    remote,
    say,
    tell,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named

LIBRARIAN = "registrar"


@click.group()
def lcp() -> None:
    """Lend files that a license server of Readium LCP encrypted."""


@lcp.command(cls=Command)
@digest_argument
@click.argument("publication", metavar="UUID")
@token_option
@api_option
@as_json
def bind(
    digest: str, publication: str, token_file: Path | None, api: str | None, as_json: bool
) -> None:
    """Let loans of a resource have licenses for the encrypted file UUID."""
    service = remote(api, LIBRARIAN, token_file)
    asked = {"digest": digest_named(service, digest).hex(), "publication": publication}
    bound = service.post("/lcp/files", asked)
    if as_json:
        print_json(bound)
    else:
        tell("cli.lcp.bound", publication=bound["publication"], title=bound["title"])


@lcp.command(cls=Command)
@digest_argument
@token_option
@api_option
def unbind(digest: str, token_file: Path | None, api: str | None) -> None:
    """Let new loans of a resource have no licenses; those that run keep theirs."""
    service = remote(api, LIBRARIAN, token_file)
    service.delete(f"/lcp/files/{digest_named(service, digest)}")
    tell("cli.lcp.unbound")


@lcp.command("list", cls=Command)
@limit_option
@token_option
@api_option
@as_json
def list_(limit: int, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """List resources that have an encrypted file, the newest first."""
    found = remote(api, LIBRARIAN, token_file).get("/lcp/files", limit=limit)
    if as_json:
        print_json(found)
    elif not found:
        tell("cli.lcp.none")
    for one in [] if as_json else found:
        say(f"{one['digest']}  {one['publication']}")


commands = (lcp,)
