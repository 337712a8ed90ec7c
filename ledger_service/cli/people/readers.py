"""`muhr reader`: invite readers, take out what is known of one, erase one, in the own database."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service.cli.output import NEGATIVE, Command, as_json, print_document, print_json, tell
from ledger_service.cli.people.invitations import reader_invite
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.errors import LedgerBusy
from ledger_service.domain.people.caller import Caller
from ledger_service.services.exports.export_reader import export_reader, format_export
from ledger_service.services.lending.forgetting.erase_reader import Held, erase_reader, find_held
from ledger_service.services.lending.forgetting.rewrite_traces import rewrite_now

NAME = click.argument("name")


@click.group()
def reader() -> None:
    """Invite readers, export what is known of one, erase one: in the library's own database."""


@reader.command(cls=Command)
@NAME
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file, which must not be there; by default it is printed.",
)
def export(name: str, output: Path | None) -> None:
    """Write all that is known of the reader NAME as one JSON object (docs/formats.md §18)."""
    with opened_library(configuration.load()) as opened:
        operator = Caller.operator(opened.library.steward)
        data = format_export(export_reader(opened.library, operator, name))
    if output is None:
        print_document(data)
        return
    try:
        with output.open("xb") as file:
            file.write(data)
    except FileExistsError as exc:
        raise click.UsageError(f"There is a file {output} already.") from exc
    tell("cli.reader.exported", file=str(output))


@reader.command(cls=Command)
@NAME
@click.option("--yes", is_flag=True, help="Do it; without, only say what would be destroyed.")
@as_json
def erase(name: str, yes: bool, as_json: bool) -> int:
    """Erase the reader NAME for good: key, pseudonyms, salts, tokens, and what they wrote.

    Entries and grants stay as they are on chain, where nobody can tell any more whose they were. Without
    --yes it exits with 1, and nothing was done.
    """
    with opened_library(configuration.load()) as opened:
        library = opened.library
        operator = Caller.operator(library.steward)
        if not yes:
            _tell("cli.reader.would-erase", find_held(library, operator, name), as_json=as_json)
            return NEGATIVE
        held = erase_reader(library, operator, name)
        try:
            rewrite_now(library)
        except LedgerBusy:  # the worker does it
            tell("cli.reader.rewritten-later", err=True)
    _tell("cli.reader.erased", held, as_json=as_json)
    return 0


def _tell(words: str, held: Held, *, as_json: bool) -> None:
    if as_json:
        print_json(vars(held))
    else:
        tell(words, **vars(held))


reader.add_command(reader_invite)
commands = (reader,)
