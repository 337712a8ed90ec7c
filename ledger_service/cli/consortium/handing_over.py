"""The admin roles of a consortium's contracts go to another account, who accepts them after a delay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.adapters.given_files import write_given
from ledger_service.cli.consortium.acting import (
    Signing,
    account_named,
    charter_option,
    node_of,
    put_forward,
    signing_options,
)
from ledger_service.cli.output import Command, tell
from ledger_service.domain.consortium.act import ANCHORS, REGISTRY, Act


def _on_both(function: str, *arguments: str) -> tuple[Act, ...]:
    return tuple(Act(contract, function, arguments) for contract in (REGISTRY, ANCHORS))


@click.command("hand-over", cls=Command)
@click.argument("account")
@charter_option
@signing_options
def hand_over(account: str, charter_file: Path, **options: Any) -> None:
    """Name the next admin of the contracts, who has to accept after a delay (`accept-admin`)."""
    acts = _on_both("beginDefaultAdminTransfer", account_named(account))
    put_forward(read_charter(charter_file), Signing(**options), acts, {})


@click.command("keep-admin", cls=Command)
@charter_option
@signing_options
def keep_admin(charter_file: Path, **options: Any) -> None:
    """Take back that a next admin was named, as long as they have not accepted."""
    acts = _on_both("cancelDefaultAdminTransfer")
    put_forward(read_charter(charter_file), Signing(**options), acts, {})


@click.command("accept-admin", cls=Command)
@click.argument("account")
@click.option("--is-council", is_flag=True, help="ACCOUNT is a council that `init` deployed.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="consortium-next.json",
    show_default=True,
    help="Where the charter with the next admin is written.",
)
@charter_option
@signing_options
def accept_admin(
    account: str, is_council: bool, out: Path, charter_file: Path, **options: Any
) -> None:
    """Accept the admin roles that were handed over. ACCOUNT: the next admin, who was named.

    It signs this itself, or, if it is a council, a member proposes it there.
    """
    from ledger_service.adapters.evm.consortium.admin_role import check_acceptable

    charter, admin = read_charter(charter_file), account_named(account)
    if out.exists():
        raise click.UsageError(f"{out} is there already.")
    check_acceptable(node_of(charter), charter, admin)
    following = replace(charter, admin=admin, has_council=is_council)
    put_forward(following, Signing(**options), _on_both("acceptDefaultAdminTransfer"), {})
    write_given(out, following.format().encode())
    tell("cli.council.next-charter", file=str(out), digest=following.digest.hex())


commands = (hand_over, keep_admin, accept_admin)
