"""The command for access tokens: make one, list them, revoke some. It uses the library's own database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ledger_service.cli.output import DAY_SECONDS, Command, as_json, print_json, say
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.people.caller import TOKEN_ROLES, Role
from ledger_service.ports.paging import every
from ledger_service.services.people.grant_access import enroll_reader, issue_token
from ledger_service.services.people.revoke_token import list_tokens, revoke_token

if TYPE_CHECKING:
    from ledger_service.ports.people import KeptToken


@click.command(cls=Command)
@click.option("--role", type=click.Choice([str(role) for role in TOKEN_ROLES]))
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@click.option("--reader", help="For the role reader: an enrolled one; a new one if not given.")
@click.option("--holder", help="For other roles: the colleague who gets it, by a work account.")
@click.option(
    "--scope", multiple=True, help="A permission that it has, and no others; may be repeated."
)
@click.option("--list", "lists", is_flag=True, help="List tokens, without their secrets.")
@click.option("--revoke", multiple=True, metavar="ID", help="Revoke the token of this id, at once.")
@as_json
def token(
    role: str | None,
    days: int,
    reader: str | None,
    holder: str | None,
    scope: Sequence[str],
    lists: bool,
    revoke: Sequence[str],
    as_json: bool,
) -> None:
    """Make an access token, shown once. Needs the library's own database.

    A token of staff names who holds it, so that colleagues are told apart; readers are never named.
    --scope narrows it to some permissions of the role (docs/permissions.md): --scope grant:read.
    --list shows those that there are, with --role, --reader or --holder only some. --revoke takes the ids
    that it shows.
    """
    wanted = None if role is None else Role(role)
    if revoke:
        if lists or role or reader or holder or scope:
            raise click.UsageError("--revoke takes ids, and nothing else.")
        _revoke(revoke, as_json=as_json)
    elif lists:
        _list(wanted, reader or holder, as_json=as_json)
    elif wanted is None:
        raise click.UsageError(f"Say whose token: --role {', '.join(TOKEN_ROLES)}.")
    else:
        _check_named(wanted, reader, holder)
        _make(wanted, reader if holder is None else holder, days, scope, as_json=as_json)


def _make(
    role: Role, subject: str | None, days: int, scopes: Sequence[str], *, as_json: bool
) -> None:
    from ledger_service.setup import clock

    with own_library() as (store, operator):
        if subject is None:
            subject = enroll_reader(store, operator)
        secret = issue_token(store, clock, operator, role, subject, days * DAY_SECONDS, scopes)
    if as_json:
        print_json({"role": role.value, "subject": subject, "token": secret})
    else:
        say(f"{role} {subject}")
        say(secret)


def _list(role: Role | None, subject: str | None, *, as_json: bool) -> None:
    with own_library() as (store, operator):
        listed = every(lambda page: list_tokens(store, operator, page, role, subject))
        found = sorted(listed, key=lambda kept: kept.token.expires_at)
    if as_json:
        print_json([_told(kept) for kept in found])
        return
    for kept in found:
        until = datetime.fromtimestamp(kept.token.expires_at, UTC).isoformat(" ", "minutes")
        scopes = "" if kept.token.scopes is None else "  " + ",".join(sorted(kept.token.scopes))
        say(f"{kept.id}  {kept.token.role:<9}  {until}  {kept.token.subject}{scopes}")


def _revoke(ids: Sequence[str], *, as_json: bool) -> None:
    from ledger_service.setup import clock

    with own_library() as (store, operator):
        found = [revoke_token(store, clock, operator, each) for each in ids]
    if as_json:
        print_json([_told(kept) for kept in found])
        return
    for kept in found:
        say(f"{kept.id}: revoked, {kept.token.role} {kept.token.subject}")


def _told(kept: KeptToken) -> dict[str, object]:
    token = kept.token
    return {
        "id": kept.id,
        "role": token.role.value,
        "subject": token.subject,
        "expires_at": token.expires_at,
    }


def _check_named(role: Role, reader: str | None, holder: str | None) -> None:
    if role is Role.READER and holder is not None:
        raise click.UsageError("Readers are not named: leave --holder out.")
    if role is not Role.READER and (holder is None or reader is not None):
        raise click.UsageError(f"Name the colleague who holds a token of a {role}: --holder NAME.")


commands = (token,)
