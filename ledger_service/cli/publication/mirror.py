"""Commands for copies of other libraries' ledgers, which the worker keeps up to date."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.http_client import check_url
from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    as_json,
    complain,
    dated,
    print_json,
    say,
    tell,
)
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.resources.record_text import fits_a_line
from ledger_service.ports.publication import Mirrored


@click.group()
def mirror() -> None:
    """Keep copies of other libraries' ledgers, and notice if one does not only grow."""


@mirror.command(cls=Command)
@click.argument("deployment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("address")
@click.option("--name", required=True, help="Of the library, as pages here call it.")
def add(deployment: Path, address: str, name: str) -> None:
    """Copy a ledger from now on. DEPLOYMENT: its library's deployment.json; ADDRESS: of its service.

    Compare the key that is printed with what the library tells you elsewhere.
    """
    from ledger_service.adapters.sql.publication.mirrors import MirrorFolder

    if not (0 < len(name) <= 200 and fits_a_line(name)):
        raise click.UsageError("--name is one line of at most 200 characters.")
    check_url(address)
    pinned = Deployment.parse(foreign_text.parse(read_given(deployment)))
    key = VerifierKey.parse(pinned.key)
    added = MirrorFolder(configuration.load().mirrors).add(name, address.rstrip("/"), key)
    tell("cli.mirror.added", name=added.name, key=key.format(), mirror=added.id)


@mirror.command(cls=Command)
@click.argument("mirror_id", metavar="MIRROR")
def remove(mirror_id: str) -> None:
    """Delete a copy, and copy its ledger no more."""
    from ledger_service.adapters.sql.publication.mirrors import MirrorFolder

    MirrorFolder(configuration.load().mirrors).remove(mirror_id)
    tell("cli.mirror.removed", mirror=mirror_id)


@mirror.command(cls=Command)
@as_json
def show(as_json: bool) -> None:
    """Show the ledgers that are copied, and how each was found when it was asked last.

    Exit status 1: one of them does not extend what it signed before, or its copy differs from the chain.
    """
    from ledger_service.adapters.sql.publication.mirrors import MirrorFolder

    found = MirrorFolder(configuration.load().mirrors).all()
    if as_json:
        print_json([_row(item) for item in found])
    elif not found:
        tell("cli.list.none", err=True)
    else:
        for item in found:
            _say(item)
    if any(item.has_forked or item.against is not None for item in found):
        click.get_current_context().exit(NEGATIVE)


@mirror.command(cls=Command)
@click.argument("mirror_id", metavar="[MIRROR]", required=False)
def update(mirror_id: str | None) -> None:
    """Copy now what is new in one ledger, or in all.

    Exit status 1: one of them could not be copied; the others were.
    """
    from ledger_service.adapters.remote_tiles import RemoteTiles
    from ledger_service.adapters.signer import check_ed25519
    from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
    from ledger_service.services.publication.mirror_ledger import mirror_ledger
    from ledger_service.setup import clock

    mirrors = MirrorFolder(configuration.load().mirrors)
    asked = mirrors.all() if mirror_id is None else [mirrors.find(mirror_id)]
    failed = False
    for item in asked:
        try:
            with closing(RemoteTiles(item.prefix)) as files:
                size = mirror_ledger(mirrors, clock, item, files, check_ed25519)
            tell("cli.mirror.copied", name=item.name, count=size)
        except LedgerError as exc:
            failed = True
            complain(f"{item.name}: {messages.detail(exc)}\n")
    if failed:
        click.get_current_context().exit(NEGATIVE)


def _row(item: Mirrored) -> dict[str, object]:
    return {
        "mirror": item.id,
        "name": item.name,
        "address": item.address,
        "key": item.key.format(),
        "held_at": item.held_at,
        "tried_at": item.tried_at,
        "fault": None if item.fault is None else item.fault.to_json(),
        "fork": item.fork,
        "proof": item.proof,
        "against": None if item.against is None else item.against.to_json(),
    }


def _say(item: Mirrored) -> None:
    say(f"{item.id}  {item.name}  {item.address}")
    if item.fork is not None:
        tell("cli.mirror.forked", fg="red")
        for line in item.fork.splitlines():
            say(line, indent=2)
        tell("cli.mirror.proved" if item.proof else "cli.mirror.not-proved")
    if item.against is not None:
        say(messages.text(item.against), fg="red", indent=2)
    if item.fault is not None:
        color = "red" if item.has_forked else "yellow"
        say(messages.text(item.fault), fg=color, indent=2)
    elif item.held_at and item.fork is None and item.against is None:
        tell("cli.mirror.held", on=dated(item.held_at), fg="green")
    elif not item.held_at:
        tell("cli.mirror.not-yet", fg="yellow")


commands = (mirror,)
