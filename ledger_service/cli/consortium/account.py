"""`muhr consortium account`: a key for somebody of the council, on a machine of theirs."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service.cli.output import Command, say, tell
from ledger_service.domain.chain.account import checksummed

New = click.Path(path_type=Path, dir_okay=False)


@click.command("account", cls=Command)
@click.argument("file", type=New)
@click.option("--password-file", type=New, required=True, help="Made if it is missing.")
def account(file: Path, password_file: Path) -> None:
    """Make an account for a member of the council, or for who pays; prints its address.

    FILE: where its key goes, encrypted (Web3 Secret Storage). Do it on a machine that serves no library.
    """
    from ledger_service.adapters.evm.consortium.account_file import make_account_file

    say(checksummed(make_account_file(file, password_file)))
    tell("cli.council.account", err=True, file=str(file), password=str(password_file))
