"""`muhr consortium meet`, `members`, `charter`: what a member does on its home folder."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.cli.consortium.acting import File
from ledger_service.cli.output import Command, as_json, dated, print_json, say, sentence, tell
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.errors import InvalidCharter
from ledger_service.domain.printable_text import isolated
from ledger_service.services.consortium.list_members import KnownMember

MEET_SECONDS = 30.0  # for which a meeting is tried again


@click.command(cls=Command)
@click.argument("url")
def meet(url: str) -> None:
    """Ask a member's service who the members are, and tell it of this library.

    Needed once, where the charter names no services to ask; then members hear of one another by themselves.
    """
    from ledger_service.services.consortium.learn_members import meet_in_time
    from ledger_service.services.consortium.list_members import charter_of, list_members

    with opened_library(configuration.load()) as opened:
        library = opened.library
        charter_of(library)
        assert library.members is not None
        is_told = meet_in_time(library, library.members, url.rstrip("/"), MEET_SECONDS)
        _show(list_members(library))
        if not is_told:
            tell("cli.consortium.not-announced", err=True)


@click.command(cls=Command)
@as_json
def members(as_json: bool) -> None:
    """Show the members that this library knows, and what is wrong with any."""
    from ledger_service.services.consortium.list_members import charter_of, list_members

    with opened_library(configuration.load()) as opened:
        charter_of(opened.library)
        found = list_members(opened.library)
    if as_json:
        print_json([_row(one) for one in found])
        return
    if not found:
        tell("cli.list.none", err=True)
    _show(found)


@click.command(cls=Command)
def witness() -> None:
    """Have this library's witness in this home from now on, by a new key; stop its `muhr serve` first.

    Needed where several services share a database and the one that had the witness is gone, and before a
    machine is started again whose disk was put back as a whole. Another key of this library cosigns no more.
    """
    from functools import partial

    from ledger_service.adapters.consortium.announcing import KeyAnnouncer
    from ledger_service.services.consortium.announce_self import announce_self
    from ledger_service.services.consortium.list_members import charter_of
    from ledger_service.setup import held_home
    from ledger_service.witnessing import begin_witness, witness_signer

    config = configuration.load()
    with held_home(config), opened_library(config) as opened:
        library = opened.library
        charter_of(library)
        signer = partial(witness_signer, config, library)
        announcer = KeyAnnouncer(opened.keys, library.key.name, signer)
        announce_self(library, announcer)  # or it is refused before another key is made
        name = begin_witness(config, library)
        announce_self(library, announcer)
    tell(
        "cli.consortium.witness",
        fg="green",
        name=name,
        folder=str(config.witness_home),
        url=config.public_url,
    )


@click.command(cls=Command)
@click.argument("charter_file", metavar="FILE", type=File)
def charter(charter_file: Path) -> None:
    """Take a newer charter of the same consortium: its rules, nodes, and where members are asked.

    A library that joined before its home folder had a charter takes it by this, too.
    """
    from ledger_service.adapters.consortium.charter_file import CharterFile
    from ledger_service.setup import load_deployment

    config = configuration.load()
    deployment, given = load_deployment(config), read_charter(charter_file)
    file = CharterFile(config.charter)
    before = file()
    if not given.is_of(deployment) or (before is not None and before.digest != given.digest):
        raise InvalidCharter("other", name=given.name)
    file.write(given)
    tell("cli.council.of", err=True, name=isolated(given.name), digest=given.digest.hex())
    tell(
        "cli.consortium.charter",
        fg="green",
        name=isolated(given.name),
        quorum=given.quorum,
        copies=given.copies,
    )


def _show(found: list[KnownMember]) -> None:
    for one in found:
        member = one.member
        words = sentence(
            f"cli.consortium.member-{one.standing.value}",
            name=isolated(member.name),
            uri=member.uri,
            url=member.url,
            since=dated(one.since),
        )
        say(f"· {words}")
        if one.fault is not None:
            say(f"  {messages.text(one.fault)}")


def _row(one: KnownMember) -> dict[str, object]:
    member = one.member
    return {
        "steward": member.steward.hex(),
        "name": member.name,
        "uri": member.uri,
        "url": member.url,
        "key": member.key.format(),
        "witness": member.witness,
        "registrar": member.registrar,
        "standing": one.standing.value,
        "is_own": one.is_own,
        "since": one.since,
        "said_at": member.at,
        "heard_at": one.heard_at,
        "counts": one.counts,
        "fault": None if one.fault is None else messages.text(one.fault),
    }


commands = (meet, members, charter, witness)
