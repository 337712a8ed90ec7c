"""The command for colleagues and their roles. It uses the library's own database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger_service.cli.output import Command, as_json, print_json, say
from ledger_service.cli.people.invitations import colleague_invite
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.errors import ColleagueNotFound
from ledger_service.domain.people.caller import STAFF_ROLES, Role
from ledger_service.services.people.keep_colleagues import (
    add_colleague,
    list_colleagues,
    remove_colleague,
)

if TYPE_CHECKING:
    from ledger_service.ports.people import Colleague

role_option = click.option("--role", type=click.Choice([str(role) for role in STAFF_ROLES]))


@click.group("colleague")
def colleague() -> None:
    """Add, invite and list colleagues, and take roles away. Needs the library's own database."""


@colleague.command("list", cls=Command)
@as_json
def list_(as_json: bool) -> None:
    """List the colleagues who have a role."""
    with own_library() as (store, operator):
        found = list_colleagues(store, operator)
    if as_json:
        print_json([_told(item) for item in found])
        return
    for item in found:
        say(_line(item))


@colleague.command(cls=Command)
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in STAFF_ROLES]), required=True)
@as_json
def add(name: str, role: str, as_json: bool) -> None:
    """Give the colleague NAME a role. Use a name that tells colleagues apart, such as a work account."""
    from ledger_service.setup import clock

    with own_library() as (store, operator):
        found = add_colleague(store, clock, operator, name, Role(role))
    if as_json:
        print_json(_told(found))
    else:
        say(_line(found))


@colleague.command(cls=Command)
@click.argument("name")
@role_option
@as_json
def remove(name: str, role: str | None, as_json: bool) -> None:
    """Take a role of the colleague NAME away, or all: tokens and sessions of it end at once."""
    from ledger_service.setup import clock

    asked = None if role is None else Role(role)
    with own_library() as (store, operator):
        known = {item.name: item.number for item in list_colleagues(store, operator)}
        if name not in known:
            raise ColleagueNotFound("name", name=name[:80])
        found = remove_colleague(store, clock, operator, known[name], asked)
    ended = list(found.since) if asked is None else [asked]
    if as_json:
        print_json({**_told(found), "removed": [role.value for role in ended]})
    else:
        say(f"{found.number}  {found.name}: removed, {', '.join(ended)}")


def _line(item: Colleague) -> str:
    return f"{item.number}  {item.name}  {', '.join(item.since)}"


def _told(item: Colleague) -> dict[str, object]:
    return {
        "number": item.number,
        "name": item.name,
        "roles": [{"role": role.value, "since": since} for role, since in item.since.items()],
    }


colleague.add_command(colleague_invite)

commands = (colleague,)
