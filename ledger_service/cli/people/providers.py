"""`muhr provider`: universities whose accounts sign people in here. It uses the library's own database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.cli.output import MARKS, NEGATIVE, Command, as_json, print_json, say, tell
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.people.affiliation import RoleRule
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity_provider import OPENID, IdentityProvider, answer_path
from ledger_service.services.people import connect_provider as connecting

if TYPE_CHECKING:
    from ledger_service.adapters.people.universities import OpenIdUniversities
    from ledger_service.adapters.sql.store import SqlStore

NOBODY = "none"
_SIGNS = {True: MARKS["PASS"], False: MARKS["FAIL"], None: None}


@click.group()
def provider() -> None:
    """Let accounts of universities sign in here, by OpenID Connect."""


@provider.command(cls=Command)
@click.argument("name")
@click.argument("issuer")
@click.option("--client-id", required=True, help="As the university calls this library.")
@click.option("--title", help="As people are shown the university; NAME if not given.")
@click.option("--secret-file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-secret", is_flag=True, help="The university gave none: a public client.")
@click.option("--scope", "scopes", multiple=True, help="Beside openid, what to ask for.")
@click.option(
    "--rule", "rules", multiple=True, metavar="VALUE@SCOPE=ROLE", help="First fit decides."
)
@click.option("--default", type=click.Choice([str(Role.READER), NOBODY]), default=str(Role.READER))
@as_json
def add(
    name: str,
    issuer: str,
    client_id: str,
    title: str | None,
    secret_file: Path | None,
    no_secret: bool,
    scopes: Sequence[str],
    rules: Sequence[str],
    default: str,
    as_json: bool,
) -> None:
    """Connect the university whose OpenID provider names itself ISSUER, as NAME.

    A rule gives a role to whom the university calls so, such as library-staff@uni.example=registrar; the
    first that fits decides. --default is for those whom none fits. The secret is asked for, or read from a
    file. It is kept beside the library's keys.
    """
    made = IdentityProvider(
        name,
        title or name,
        issuer,
        client_id,
        tuple(dict.fromkeys((OPENID, *scopes))),
        tuple(RoleRule.parse(rule) for rule in rules),
        None if default == NOBODY else Role(default),
    )
    secret = _secret(secret_file, no_secret=no_secret)
    with _opened() as (store, operator, universities):
        from ledger_service.setup import clock

        connecting.connect_provider(store, clock, universities, operator, made, secret)
    redirect = configuration.load().public_url + answer_path(name)
    if as_json:
        print_json({**_told(made), "redirect": redirect})
    else:
        tell("cli.provider.connected", name=name, redirect=redirect)


@provider.command("list", cls=Command)
@as_json
def list_(as_json: bool) -> None:
    """List the universities whose accounts sign in here."""
    with own_library() as (store, _):
        found = connecting.list_providers(store)
    if as_json:
        print_json([_told(each) for each in found])
    elif not found:
        tell("cli.provider.none")
    for each in [] if as_json else found:
        say(f"{each.name}  {each.title}  {each.issuer}  {each.client_id}")
        for rule in each.rules:
            say(rule.format(), indent=2)
        say(f"*={each.default or NOBODY}", indent=2)


@provider.command(cls=Command)
@click.argument("name")
@as_json
def test(name: str, as_json: bool) -> None:
    """Test a university: its address, keys and clock, and whether it knows this library.

    Nobody is signed in. It exits with 1 if something would keep people from signing in.
    """
    with _opened() as (store, operator, universities):
        from ledger_service.setup import clock

        url = configuration.load().public_url
        found = connecting.examine_provider(store, clock, universities, operator, name, url)
    if as_json:
        print_json([{"is_good": each.is_good, **each.reason.to_json()} for each in found])
    for each in [] if as_json else found:
        say(messages.text(each.reason, messages.spoken()), mark=_SIGNS[each.is_good])
    if any(each.is_good is False for each in found):
        click.get_current_context().exit(NEGATIVE)


@provider.command(cls=Command)
@click.argument("name")
@as_json
def remove(name: str, as_json: bool) -> None:
    """Let the accounts of a university sign nobody in from now on. Sessions end by themselves."""
    with _opened() as (store, operator, universities):
        from ledger_service.setup import clock

        connecting.remove_provider(store, clock, universities, operator, name)
    if as_json:
        print_json({"name": name, "removed": True})
    else:
        tell("cli.provider.removed", name=name)


@contextmanager
def _opened() -> Iterator[tuple[SqlStore, Caller, OpenIdUniversities]]:
    from ledger_service.adapters.people.universities import OpenIdUniversities

    with own_library() as (store, operator):
        yield store, operator, OpenIdUniversities(configuration.load().keys)


def _secret(file: Path | None, *, no_secret: bool) -> str | None:
    if no_secret and file is not None:
        raise click.UsageError("Give --secret-file or --no-secret, not both.")
    if no_secret:
        return None
    if file is None:
        return str(click.prompt("The client's secret", hide_input=True, err=True)).strip()
    from ledger_service.adapters.given_files import read_given
    from ledger_service.domain import foreign_text

    return foreign_text.parse(read_given(file, 4096)).strip()


def _told(found: IdentityProvider) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "issuer": found.issuer,
        "client_id": found.client_id,
        "scopes": list(found.scopes),
        "rules": [rule.format() for rule in found.rules],
        "default": None if found.default is None else found.default.value,
    }


commands = (provider,)
