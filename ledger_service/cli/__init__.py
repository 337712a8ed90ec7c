"""The `muhr` command.

Exit status: 0 wholly positive, 1 negative, 2 misused, 3 incomplete, 4 unavailable, 70 unforeseen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NamedTuple

import click

from ledger_service import __version__, messages
from ledger_service import config as configuration
from ledger_service.cli.statuses import BROKEN_PIPE, INTERRUPTED
from reading_room import commands as commands_of_rooms


class Place(NamedTuple):
    """Where a command stands: its module in this package. says: what it does, for the list of all."""

    module: str
    says: str


COMMANDS = {
    "init": Place("operate", "Set a library up; also updates the schema."),
    "serve": Place("operate", "Serve the library: API, worker, embedded chain."),
    "backup": Place("keeping", "Copy the whole library into a folder while it runs."),
    "restore": Place("keeping", "Make a library anew from a backup, in an empty home."),
    "change-password": Place("keeping", "Encrypt all keys anew under another password."),
    "keys": Place("chain.keys", "Show the accounts it acts by on chain; replace one."),
    "content": Place("content.closed", "Encrypt closed content, and change the key of its keys."),
    "token": Place("people.tokens", "Make an access token, list them, revoke one."),
    "reader": Place("people.readers", "Take out all that is known of a reader; erase one; invite."),
    "colleague": Place("people.colleagues", "Add, invite, list colleagues; take a role away."),
    "case": Place("people.cases", "Let an auditor look at private parts, for a case and a time."),
    "retention": Place("people.retention", "Show which private parts end by their age."),
    "acts": Place("people.acts", "List what the library's people did."),
    "provider": Place("people.providers", "Let accounts of universities sign in here."),
    "license": Place("resources.licenses", "List and define licenses."),
    "register": Place("resources.resources", "Register files, and all files of folders."),
    "import": Place("imports.imports", "Import many resources under one anchor."),
    "records": Place("imports.records", "Tell from which harvested records a resource comes."),
    "show": Place("resources.show", "Show what the library knows of a digest."),
    "export": Place("exports.exports", "Take resources out as a bag or as OCFL objects."),
    "car": Place("exports.cars", "Hand content on as a CAR, or take it from one."),
    "promote": Place(
        "resources.resources", "Register a resource taken in bulk on chain, by itself."
    ),
    "describe": Place("resources.descriptions", "Correct the record of a resource; its history."),
    "supersede": Place("resources.changes", "Point from a resource to the one in its place."),
    "rendition": Place("resources.changes", "Say that a resource is another file of an original."),
    "take-back": Place("resources.changes", "Take back that a resource points to another."),
    "withdraw": Place("resources.changes", "Withdraw a resource for good."),
    "authors": Place("authorship.authors", "Check that all authors of a work signed it."),
    "attest": Place("ledger.statements", "Attest a statement by its digest."),
    "attestations": Place("ledger.statements", "List the statements that the ledger attests."),
    "settle-claims": Place("resources.routes", "Tell how claims of earlier versions were made."),
    "consortium": Place("consortium.council", "Found a consortium; act for its council."),
    "copies": Place("consortium.copies", "Show and refuse copies of members' open content."),
    "intent": Place("chain.intents", "Act with a registrar's key that the library never sees."),
    "verify": Place("verification.verify", "Verify files: hashed here, receipts checked here."),
    "receipt": Place("verification.verify", "Get a receipt: evidence that is checked offline."),
    "absence": Place("verification.absence", "Get evidence that the ledger lacks a digest."),
    "grant": Place("lending.grants", "Grant a reader a resource for some days."),
    "grants": Place("lending.loans", "List grants: whose, of what, until when, and their state."),
    "request": Place("lending.requests", "Ask to be lent a resource, wait, and decide who is."),
    "cohort": Place("lending.cohorts", "Give a course its right, by a class list."),
    "renew": Place("lending.grants", "Move the end of a grant to some days from now."),
    "return": Place("lending.grants", "Give a grant back early, which frees its seat."),
    "revoke": Place("lending.grants", "Revoke a grant."),
    "trace": Place("lending.traces", "Tell under which grant a leaked copy was lent."),
    "credential": Place("credentials.credentials", "Check or revoke what people show of theirs."),
    "open": Place("lending.grants", "Open a resource under your grant, into a file."),
    "audit": Place("audit.audit", "Audit the ledger against the chain."),
    "mirror": Place("publication.mirror", "Keep copies of other libraries' ledgers."),
    "witness": Place("publication.witness", "Run a witness, which cosigns ledgers that only grow."),
}
"""Each command of the ledger's own; its module is read when the command is used. Rooms add theirs."""


SERVICES = ("serve", "witness")
"""What runs on and writes logs does so in English; it answers each caller in a language of theirs."""


class LazyGroup(click.Group):
    """Finds a command when it is asked for: verifying a file needs no web framework in memory."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **options: Any
    ) -> Any:
        """Run a command and end the process; a fault of ours never ends with the status of an answer."""
        run = partial(super().main, args, standalone_mode=False, **options)
        if not standalone_mode:
            return run()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer letters
        sys.exit(_status(run))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *(command.name for command in commands_of_rooms())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        modules = {name: f"{__name__}.{place.module}" for name, place in COMMANDS.items()}
        modules |= {command.name: module for command, module in commands_of_rooms().items()}
        module = modules.get(cmd_name)
        if module is None:
            return None
        commands: tuple[click.Command, ...] = import_module(module).commands
        messages.speak(messages.ENGLISH if cmd_name in SERVICES else configuration.language())
        return next(command for command in commands if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, place.says) for name, place in COMMANDS.items()]
        rows += list(commands_of_rooms())
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _status(run: Callable[[], Any]) -> int:
    """Return the exit status of a run, of which click would end several with 1."""
    try:
        status = run()
        sys.stdout.flush()
    except click.ClickException as exc:
        from ledger_service.cli.endings import refused

        return refused(exc)
    except click.Abort:
        click.echo("Aborted.", err=True)
        return INTERRUPTED
    except SystemExit as exc:  # click's own for a reader of the output that went away
        return BROKEN_PIPE if exc.code == 1 else 0 if exc.code is None else int(exc.code)
    except Exception as exc:
        from ledger_service.cli.endings import ended

        return ended(exc)
    return status if isinstance(status, int) else 0


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="muhr")
def main() -> None:
    """Muhr: a provenance and access ledger for electronic libraries.

    Exit status: 0 the answer is wholly positive; 1 it is negative; 2 the command or its input must
    change; 3 something could not be checked; 4 a service or chain does not answer; 70 muhr itself
    failed, which MUHR_DEBUG=1 explains.
    """
