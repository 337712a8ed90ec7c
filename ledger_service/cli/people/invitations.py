"""`muhr reader invite` and `muhr colleague invite`: a link by which somebody sets a passphrase, once."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ledger_service import config as configuration
from ledger_service.cli.output import Command, as_json, print_json, say, tell
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.people.caller import STAFF_ROLES, Caller, Role
from ledger_service.services.people.sign_in.invite import invite_colleague, invite_reader

if TYPE_CHECKING:
    from ledger_service.services.people.sign_in.invite import Invitation


@click.command("invite", cls=Command)
@click.option(
    "--reader", help="An enrolled reader, by name; by default whose the card is, or a new one."
)
@as_json
def reader_invite(reader: str | None, as_json: bool) -> None:
    """Make a link by which the holder of a library card sets a passphrase.

    The card number is asked for, or read from standard input, since other people of the machine see
    arguments. The link holds for a week, and the newest one of a reader only.
    """
    card = _typed("Card number")
    config = configuration.load()
    with opened_library(config) as opened:
        operator = Caller.operator(opened.library.steward)
        made = invite_reader(opened.library, operator, card, reader)
    _show(made, config.public_url, as_json=as_json)


@click.command("invite", cls=Command)
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in STAFF_ROLES]), required=True)
@click.option("--sign-in-as", "card", help="What the colleague signs in by; by default NAME.")
@as_json
def colleague_invite(name: str, role: str, card: str | None, as_json: bool) -> None:
    """Make a link by which the colleague NAME sets a passphrase, and then acts in this role.

    Use a name that tells colleagues apart, such as a work account.
    """
    config = configuration.load()
    with opened_library(config) as opened:
        operator = Caller.operator(opened.library.steward)
        made = invite_colleague(opened.library, operator, name, Role(role), card)
    _show(made, config.public_url, as_json=as_json)


def _typed(asked: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(asked))
    return sys.stdin.readline(200).strip()


def _show(made: Invitation, public_url: str, *, as_json: bool) -> None:
    link = public_url + made.path
    if as_json:
        told = {"subject": made.subject.name, "role": made.subject.role.value}
        print_json({**told, "link": link, "until": made.until})
        return
    say(f"{made.subject.role} {made.subject.name}")
    say(link)
    until = f"{datetime.fromtimestamp(made.until, UTC):%Y-%m-%d %H:%M}"
    tell("cli.invitation.until", until=until)
