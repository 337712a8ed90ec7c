"""`muhr keys`: show by which accounts the library acts and pays, and replace one while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service import config as configuration
from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    as_json,
    dated,
    print_json,
    say,
    sentence,
    tell,
)
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.accounts.acting_accounts import MEMBER_ROLES
from ledger_service.domain.instant import LATEST_INSTANT

if TYPE_CHECKING:
    from ledger_service.config import Config
    from ledger_service.rotating import RoleShown


@click.group()
def keys() -> None:
    """The accounts by which this library acts on chain and pays; see docs/consortium.md."""


@keys.command(cls=Command)
@as_json
def show(as_json: bool) -> None:
    """Show each role's account, whether it may act, and what follows it.

    It tells what the library has read of the chain. Exit status 1 if nobody may act in some role.
    """
    from ledger_service.rotating import show_roles

    roles = show_roles(configuration.load())
    if as_json:
        print_json([role.to_json() for role in roles])
    else:
        for role in roles:
            _tell_role(role)
    if any(role.is_stuck for role in roles):
        click.get_current_context().exit(NEGATIVE)


@keys.command(cls=Command)
@click.argument("role", type=click.Choice(MEMBER_ROLES))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="In a consortium: where the request to the council goes; default: in the home folder.",
)
@click.option("--anew", is_flag=True, help="Make another key than the next one that is there.")
@click.option("--yes", is_flag=True, help="Do not ask before something is sent.")
def rotate(role: str, out: Path | None, anew: bool, yes: bool) -> None:
    """Let a new account follow the present one in a role. The service goes on meanwhile.

    The new key lies beside the old one, and is used once the chain has its account. Alone, the library's
    admin sends what that takes; in a consortium send the council the file that is written. The same again
    goes on where it was. A relayer needs nobody's leave, and gets what is left of the old one's money.
    """
    from ledger_service.rotating import RELAYER, REQUEST, has_admin, leave_next, role_keys
    from ledger_service.setup import load_deployment

    config = configuration.load()
    load_deployment(config)
    leave_next(config, role, anew=anew)
    present = role_keys(config).present_account(role)
    if role == RELAYER:
        _rotate_relayer(config, present, yes=yes)
    elif has_admin(config):
        _rotate_by_admin(config, role, present, yes=yes)
    else:
        _ask_council(config, role, present, out or config.home / REQUEST)


def _rotate_relayer(config: Config, present: str, *, yes: bool) -> None:
    from ledger_service.rotating import RELAYER, role_keys

    tell("cli.keys.relayer", present=checksummed(present))
    if not yes:
        click.confirm(sentence("cli.keys.go-on"), abort=True, err=True)
    successor = role_keys(config).add_next(RELAYER)
    tell("cli.keys.relayer-next", fg="green", account=checksummed(successor))


def _rotate_by_admin(config: Config, role: str, present: str, *, yes: bool) -> None:
    from ledger_service.cli.consortium.acting import show_acts
    from ledger_service.rotating import acts_of_own_admin, running_chain, send_by_admin

    with running_chain(config) as node:
        acts = acts_of_own_admin(config, node, role, present)
        show_acts(acts)
        if acts and not yes:
            click.confirm(sentence("cli.keys.go-on"), abort=True, err=True)
        send_by_admin(config, node, acts)
    tell("cli.keys.rotated", fg="green", role=role)


def _ask_council(config: Config, role: str, present: str, file: Path) -> None:
    from ledger_service.rotating import ask_council, show_roles

    request = ask_council(config, role, present, file)
    is_stuck = any(one.is_stuck for one in show_roles(config) if one.role == role)
    tell("cli.keys.asked-stuck" if is_stuck else "cli.keys.asked", file=str(file), role=role)
    for label, account in (("present", request.present), ("next", request.successor)):
        say(f"  {label:<9}{checksummed(account)}")
    say(f"  {'ledger':<9}{request.key.format()}")


def _tell_role(role: RoleShown) -> None:
    say(f"{role.role:<11}{checksummed(role.account)}  {_standing(role)}")
    if role.next is not None:
        words = "cli.keys.next-live" if role.is_next_live else "cli.keys.next-waits"
        if role.is_live is None:
            words = "cli.keys.next-relayer"
        say(f"{'':<11}{checksummed(role.next)}  {sentence(words)}")
    elif role.is_live is False and role.is_stuck:
        say(f"{'':<11}{sentence('cli.keys.rotate-it', role=role.role)}")
    for account in role.former:
        words = "cli.keys.former-acts" if account == role.acts_by else "cli.keys.former"
        say(f"{'':<11}{checksummed(account)}  {sentence(words)}")


def _standing(role: RoleShown) -> str:
    if role.is_live is None:
        return sentence("cli.keys.pays")
    if role.is_live:
        until = role.until
        if until is None or until > LATEST_INSTANT:
            return sentence("cli.keys.live")
        return sentence("cli.keys.live-until", until=dated(until))
    if role.closed_at is not None and role.until is not None:
        times = {"until": dated(role.until), "told": dated(role.closed_at)}
        return sentence("cli.keys.closed", **times)
    return sentence("cli.keys.not-live")


commands = (keys,)
