"""Commands for the operator of a library: init, serve."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.cli.chain.checklist import (
    ask_address,
    check_agreed,
    end_look,
    show_checklist,
)
from ledger_service.cli.output import (
    DAY_SECONDS,
    INCOMPLETE,
    Command,
    say,
    tell,
)
from ledger_service.cli.people.own_library import operator_of
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.errors import AlreadyInitialized
from ledger_service.domain.people.caller import Role
from ledger_service.domain.printable_text import isolated
from ledger_service.domain.reasons import Reason
from ledger_service.services.chain.check_chain import ChainSeen, check_chain
from ledger_service.services.people.grant_access import issue_token
from ledger_service.services.people.open_case import open_case

WHO = ("name", "uri", "origin")
"""What names an institution and its ledger."""
Waits = Callable[[list[Reason]], bool]
"""Is told what the council has not done, and returns whether to look again."""


@click.command(cls=Command)
@click.option("--name", required=True, help="The institution's name, for people.")
@click.option(
    "--uri", required=True, help="Its public URI (web address or ROR); its id is over it."
)
@click.option(
    "--origin",
    required=True,
    help="The ledger's name: its public address without https://, e.g. library.example.uz/muhr",
)
@click.option("--public-url", help="How people reach the service; receipts and links name it.")
@click.option(
    "--join",
    "charter_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The charter of a consortium: be a member, with no contracts of its own.",
)
@click.option("--wait", is_flag=True, help="With --join: until the council has decided.")
@click.option(
    "--former-rpc",
    help="With --join, of a library that exists: a node of the chain that it leaves.",
)
@click.option("--check", is_flag=True, help="Show the chain's checklist and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before sending on a chain given by URL.")
@click.option("--test-chain", is_flag=True, help="Take a chain id that test nodes share.")
@click.option("--json", "as_json", is_flag=True, help="With --check: the checklist as JSON.")
def init(
    name: str,
    uri: str,
    origin: str,
    public_url: str | None,
    charter_file: Path | None,
    check: bool,
    yes: bool,
    test_chain: bool,
    as_json: bool,
    **joining: Any,
) -> None:
    """Set a library up: keys, database, contracts, ledger. Done once; also updates the schema.

    With --join it asks to be a member of a consortium: send the council what is printed, and run the same
    again once it has decided. Exit status 3: the council has not done its part yet. In the home of a library
    that exists, it brings that library to the consortium, with its ledger, content and people.

    On a chain given by MUHR_CHAIN_URL it first shows what the chain is like, which accounts to fund and
    how much each needs. --check exits with 0 if nothing is to do, and with 1 if something is.
    """
    from ledger_service.founding import initialize

    config = configuration.load()
    _check_options(config, check=check, as_json=as_json)
    config = _addressed(config, public_url, asks=not (check or yes))
    if charter_file is not None:
        _join(config, charter_file, name=name, uri=uri, origin=origin, yes=yes, **joining)
        return

    def look(seen: ChainSeen) -> None:
        checks = check_chain(seen, config.limits, allows_test_chain=test_chain)
        show_checklist(checks, as_json=as_json)
        if check:
            end_look(checks)
        check_agreed(checks, yes=yes)

    step = _silent if as_json else _say_step
    try:
        initialize(config, name=name, uri=uri, origin=origin, step=step, look=look)
    except AlreadyInitialized as exc:
        say(messages.detail(exc))
        return
    _tell_end(config)


def _addressed(
    config: configuration.Config, public_url: str | None, *, asks: bool
) -> configuration.Config:
    """Return the settings with the address at which people reach the service, asked for if need be."""
    from ledger_service.setup import keep_public_url

    if public_url is None and asks and not config.own_deployment.exists():
        public_url = ask_address(config.public_url)
    return keep_public_url(config, public_url) if public_url else config


def _join(config: configuration.Config, charter_file: Path, *, wait: bool, **given: Any) -> None:
    """Ask the council of a consortium, and become a member once it has decided."""
    from ledger_service.adapters.consortium.charter_file import read_charter
    from ledger_service.moving import is_elsewhere

    charter = read_charter(charter_file)
    tell("cli.council.of", err=True, name=isolated(charter.name), digest=charter.digest.hex())
    told: list[list[Reason]] = []

    def waits(missing: list[Reason]) -> bool:
        if missing not in told:
            told.append(missing)
            for reason in missing:
                say(f"· {messages.text(reason)}", err=True)
        return wait

    moves = is_elsewhere(config, charter)
    try:
        asked = (_ask_to_move if moves else _ask_to_join)(config, charter, waits, **given)
    except AlreadyInitialized as exc:
        say(messages.detail(exc))
        return
    if asked is None:
        tell("cli.init.join-waits", err=True)
        click.get_current_context().exit(INCOMPLETE)
    if moves:
        tell("cli.move.done", folder=str(config.former_deployments))
    else:
        _tell_end(config)


def _ask_to_join(
    config: configuration.Config, charter: Charter, waits: Waits, **given: Any
) -> Deployment | None:
    from ledger_service.founding import ask_to_join, has_money, join

    who = {name: given[name] for name in WHO}
    request = ask_to_join(config, charter, **who, step=_say_step)
    waits = _asks(config, request, waits)
    deployment = join(config, charter, request, step=_say_step, waits=waits)
    if deployment is not None:
        has_some = has_money(config, request.relayer)
        relayer = checksummed(request.relayer)
        tell("cli.init.join-paid" if has_some else "cli.init.join-pays", relayer=relayer)
    return deployment


def _ask_to_move(
    config: configuration.Config, charter: Charter, waits: Waits, **given: Any
) -> Deployment | None:
    from ledger_service.cli.consortium.moving import agree_to_cost
    from ledger_service.moving import ask_to_move, move

    who = {name: given[name] for name in WHO}
    request = ask_to_move(config, charter, **who, step=_say_step)
    return move(
        config,
        charter,
        request,
        former_rpc=given["former_rpc"],
        step=_say_step,
        waits=_asks(config, request, waits),
        agrees=partial(agree_to_cost, yes=given["yes"]),
    )


def _asks(config: configuration.Config, request: JoinRequest, waits: Waits) -> Waits:
    """Return `waits`, before which it is said once what to send to the council, and who pays."""
    said: list[bool] = []

    def tells(missing: list[Reason]) -> bool:
        if not said:
            said.append(True)
            relayer = checksummed(request.relayer)
            tell("cli.init.join", file=str(config.join_request), relayer=relayer)
        return waits(missing)

    return tells


def _tell_end(config: configuration.Config) -> None:
    """Write tokens for the commands of this machine, and say how to go on."""
    from ledger_service.advice import address_warnings
    from ledger_service.setup import load_policy

    _write_tokens(config)
    tell("cli.init.done", home=str(config.home))
    for reason in address_warnings(config, load_policy(config)):
        tell("cli.init.warning", err=True, why=reason)


def _write_tokens(config: configuration.Config) -> None:
    for role in (Role.REGISTRAR, Role.AUDITOR):
        write_token(config, role)


def _check_options(config: configuration.Config, *, check: bool, as_json: bool) -> None:
    if check and config.chain_url is None:
        raise click.UsageError("Set MUHR_CHAIN_URL: the embedded chain needs no check.")
    if as_json and not check:
        raise click.UsageError("--json goes with --check.")


def _say_step(text: str) -> None:
    say(f"· {text}")


def _silent(_: str) -> None:
    """Say nothing: what is printed is JSON."""


def write_token(config: configuration.Config, role: Role) -> None:
    """Put a year's token of a role into the home folder, for the commands of this machine."""
    from ledger_service.adapters.sql.store import open_store
    from ledger_service.setup import clock

    store = open_store(config.database_url)
    operator = operator_of(config)
    folder = config.home / "tokens"
    folder.mkdir(mode=0o700, exist_ok=True)
    life = 365 * DAY_SECONDS
    secret = issue_token(store, clock, operator, role, operator.subject, life)
    if role is Role.AUDITOR:
        until = clock() + life
        open_case(store, clock, operator, "commands of this machine", operator.subject, until)
    handle = os.open(folder / role, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
    store.close()


@click.command(cls=Command)
def serve() -> None:
    """Serve the library: API, worker and, when none is configured, the embedded chain."""
    from ledger_service.serve import serve as serve_library

    serve_library(configuration.load(), say)


commands = (init, serve)
