"""`muhr notify`: what services of others notify the library of, and which may (COAR Notify)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    dated,
    limit_option,
    print_json,
    remote,
    say,
    tell,
    token_option,
)

LIBRARIAN, ADMIN = "registrar", "admin"


@click.group()
def notify() -> None:
    """Hear and decide what services of others notify the library of, by COAR Notify."""


@notify.command("list", cls=Command)
@click.option("--pending", is_flag=True, help="Only those that wait to be decided.")
@limit_option
@token_option
@api_option
@as_json
def list_(
    pending: bool, limit: int, token_file: Path | None, api: str | None, as_json: bool
) -> None:
    """List notifications, newest first."""
    asked = {"state": "pending"} if pending else {}
    service = remote(api, LIBRARIAN, token_file)
    found = list(islice(service.pages("/notifications", **asked), limit))
    if as_json:
        print_json(found)
    elif not found:
        tell("cli.notify.none")
    for one in [] if as_json else found:
        say(f"{one['number']}  {one['state']:<8}  {dated(one['received_at'])}  {one['pattern']}")
        say(f"{one['origin']}  {one['object']}", indent=2)
        if one["digest"]:
            say(one["digest"], indent=2)


@notify.command(cls=Command)
@click.argument("number", type=click.IntRange(min=1))
@token_option
@api_option
@as_json
def accept(number: int, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Accept notification NUMBER. An endorsement is attested by the ledger, an offer is answered."""
    found = remote(api, LIBRARIAN, token_file).post(f"/notifications/{number}/acceptance")
    if as_json:
        print_json(found)
    elif found["entry"] is None:
        tell("cli.notify.accepted", number=str(number))
    else:
        tell("cli.notify.attested", number=str(number), entry=str(found["entry"]))


@notify.command(cls=Command)
@click.argument("number", type=click.IntRange(min=1))
@token_option
@api_option
@as_json
def refuse(number: int, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Refuse notification NUMBER; whoever offered something is answered."""
    found = remote(api, LIBRARIAN, token_file).post(f"/notifications/{number}/refusal")
    if as_json:
        print_json(found)
    else:
        tell("cli.notify.refused", number=str(number))


@notify.group()
def peer() -> None:
    """Say from which services notifications are taken, and which of them are told of changes."""


@peer.command(cls=Command)
@click.argument("uri")
@click.option("--name", help="As people call the service; URI if not given.")
@click.option(
    "--from",
    "networks",
    multiple=True,
    metavar="NETWORK",
    help="It sends from here. Without, anybody can write in its name.",
)
@click.option("--inbox", default="", metavar="URL", help="Tell it of changes there.")
@click.option("--for", "kinds", default="", metavar="KINDS", help="Of which, as `muhr hook add`.")
@token_option
@api_option
@as_json
def add(
    uri: str,
    name: str | None,
    networks: Sequence[str],
    inbox: str,
    kinds: str,
    token_file: Path | None,
    api: str | None,
    as_json: bool,
) -> None:
    """Take notifications from the service that names itself URI."""
    body = {
        "uri": uri,
        "name": name or uri,
        "networks": list(networks),
        "inbox": inbox,
        "kinds": kinds.split(",") if kinds else [],
    }
    made = remote(api, ADMIN, token_file).post("/peers", body)
    if as_json:
        print_json(made)
    else:
        tell("cli.notify.allowed", peer=made["id"], uri=made["uri"])


@peer.command("list", cls=Command)
@token_option
@api_option
@as_json
def list_peers(token_file: Path | None, api: str | None, as_json: bool) -> None:
    """List the services."""
    found = remote(api, ADMIN, token_file).get("/peers")
    if as_json:
        print_json(found)
    elif not found:
        tell("cli.notify.no-peers")
    for one in [] if as_json else found:
        say(_line(one))


@peer.command(cls=Command)
@click.argument("peer_id", metavar="PEER")
@token_option
@api_option
@as_json
def remove(peer_id: str, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Take nothing from PEER any more, and tell it nothing."""
    if not peer_id.isalnum():
        raise click.UsageError("PEER is an id that `muhr notify peer list` shows.")
    found = remote(api, ADMIN, token_file).delete(f"/peers/{peer_id}")
    if as_json:
        print_json(found)
    else:
        tell("cli.notify.removed", uri=found["uri"])


def _line(one: dict[str, Any]) -> str:
    parts = [one["id"], one["uri"], one["name"], " ".join(one["networks"]), one["hook"] or ""]
    return "  ".join(part for part in parts if part)
