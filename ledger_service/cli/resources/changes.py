"""Commands for what becomes of a resource: supersede, rendition, take-back, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    finish,
    remote,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named

wait_option = click.option("--wait/--no-wait", default=True, help="Until the chain has it.")


@click.command(cls=Command)
@digest_argument
@click.option(
    "--by", "successor", required=True, metavar="DIGEST|FILE", help="A registered resource."
)
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
    _change(digest, "supersession", {"relation": relation}, names={"successor": successor}, **how)


@click.command(cls=Command)
@digest_argument
@click.option(
    "--of", "original", required=True, metavar="DIGEST|FILE", help="A registered resource."
)
@wait_option
@api_option
@token_option
@as_json
def rendition(digest: str, original: str, **how: Any) -> None:
    """Say that a resource is another file of an original, such as one with a cover page."""
    _change(digest, "rendition", {}, names={"original": original}, **how)


@click.command("take-back", cls=Command)
@digest_argument
@click.option("--from", "other", required=True, metavar="DIGEST|FILE", help="What it points to.")
@click.option(
    "--as",
    "relation",
    type=click.Choice(["version", "correction", "translation", "rendition"]),
    required=True,
    help="How it points there.",
)
@wait_option
@api_option
@token_option
@as_json
def take_back(digest: str, other: str, relation: str, **how: Any) -> None:
    """Take back that a resource points to another. It may point to the right one then."""
    _change(digest, "taken-back", {"relation": relation}, names={"other": other}, **how)


@click.command(cls=Command)
@digest_argument
@click.option("--reason", type=click.Choice(["retracted", "legal", "error"]), required=True)
@click.option("--destroy-key", is_flag=True, help="So that nobody can read its closed content.")
@click.option("--yes", is_flag=True, help="Destroy the key without being asked.")
@wait_option
@api_option
@token_option
@as_json
def withdraw(digest: str, reason: str, destroy_key: bool, yes: bool, **how: Any) -> None:
    """Withdraw a resource for good. Openings of it are refused at once, on chain or not.

    A key that is destroyed cannot be had again, except from a backup that was made before.
    """
    if destroy_key and not yes:
        click.confirm(f"Destroy the key of {digest} for good?", abort=True, err=True)
    body: dict[str, str | bool] = {"reason": reason}
    _change(digest, "withdrawal", body | ({"destroy_key": True} if destroy_key else {}), **how)


def _change(
    digest: str,
    what: str,
    body: Mapping[str, str | bool],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Ask for a change. names: what it says of other resources, as a person names these."""
    service = remote(api, "registrar", token_file)
    path = f"/resources/{digest_named(service, digest)}"
    others = {name: digest_named(service, text).hex() for name, text in names.items()}
    asked = service.post(f"{path}/{what}", {**body, **others})
    news = {"state": None, "because": None}

    def again() -> Any:
        return next(item for item in service.get(f"{path}/changes") if item | news == asked | news)

    finish(asked, again, f"{asked['digest']} {asked['change']}", wait=wait, as_json=as_json)


commands = (supersede, rendition, take_back, withdraw)
