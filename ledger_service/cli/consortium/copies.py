"""`muhr copies`: open content of other members, which is kept here by the council's rule."""

from __future__ import annotations

import click

from ledger_service import config as configuration
from ledger_service import messages
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
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.errors import NoConsortium
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.printable_text import isolated
from ledger_service.messages import formats
from ledger_service.services.consortium.copies.show_copies import CopiesShown


@click.group()
def copies() -> None:
    """Show what is kept of other members' open content, and refuse what is not to be here."""


@copies.command(cls=Command)
@as_json
def show(as_json: bool) -> None:
    """Show how many copies the rule wants here, how many there are, whose, and what lacks.

    Exit status 1: some that the rule wants lack.
    """
    from ledger_service.services.consortium.copies.show_copies import show_copies

    with opened_library(configuration.load()) as opened:
        found = show_copies(opened.library)
    if found is None:
        raise NoConsortium()
    if as_json:
        print_json(_row(found))
    else:
        _show(found)
    if found.kept < found.wanted:
        click.get_current_context().exit(NEGATIVE)


@copies.command(cls=Command)
@click.argument("subject")
@click.option("--why", required=True, help="For your own record, one line.")
def refuse(subject: str, why: str) -> None:
    """Keep nothing of a work, or of a member, from now on, and remove what is kept.

    SUBJECT: the work's digest, or the member's URI.
    """
    from ledger_service.services.consortium.copies.refuse_copies import refuse_copies

    with opened_library(configuration.load()) as opened:
        operator = Caller.operator(opened.library.steward)
        refuse_copies(opened.library, operator, _subject(subject), why)
    tell("cli.copies.refused", fg="green")


@copies.command(cls=Command)
@click.argument("subject")
def allow(subject: str) -> None:
    """Take a refusal back. SUBJECT: as it was refused."""
    from ledger_service.services.consortium.copies.refuse_copies import allow_copies

    with opened_library(configuration.load()) as opened:
        operator = Caller.operator(opened.library.steward)
        was_refused = allow_copies(opened.library, operator, _subject(subject))
    if not was_refused:
        tell("cli.copies.not-refused", err=True)
        click.get_current_context().exit(NEGATIVE)
    tell("cli.copies.allowed", fg="green")


def _subject(text: str) -> Digest | StewardId:
    return StewardId.of_uri(text) if ":" in text else Digest.parse(text.lower())


def _row(found: CopiesShown) -> dict[str, object]:
    return {
        "copies": found.copies,
        "wanted": found.wanted,
        "kept": found.kept,
        "size_bytes": found.held.size_bytes,
        "members": [
            {"steward": one.steward.hex(), "wanted": one.wanted, "kept": one.kept}
            for one in found.members
        ],
        "lacking": [
            {"cid": str(one.cid), "fault": None if one.fault is None else one.fault.to_json()}
            for one in found.lacking
        ],
        "refused": [
            {"subject": one.subject.hex(), "at": one.at, "why": one.why} for one in found.refusals
        ],
    }


def _show(found: CopiesShown) -> None:
    tell("cli.copies.rule", copies=found.copies)
    size = formats.size(found.held.size_bytes)
    if found.wanted or found.kept:
        tell("cli.copies.kept", kept=found.kept, wanted=found.wanted, size=size)
    else:
        tell("cli.copies.none")
    for one in found.members:
        words = "cli.copies.of" if one.kept or one.wanted else "cli.copies.of-none"
        name = isolated(one.name)
        say(sentence(words, name=name, kept=one.kept, wanted=one.wanted), indent=2)
    for lacking in found.lacking:
        why = (
            sentence("cli.copies.not-tried")
            if lacking.fault is None
            else messages.text(lacking.fault)
        )
        say(f"{lacking.cid}  {why}", fg="yellow", indent=2)
    for refusal in found.refusals:
        told = refusal.subject.hex(), isolated(refusal.why)
        tell("cli.copies.refusal", subject=told[0], on=dated(refusal.at), why=told[1])


commands = (copies,)
