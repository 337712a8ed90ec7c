"""The `muhr` command.

Exit status: 0 wholly positive, 1 negative, 2 misused, 3 incomplete, 4 unavailable.
"""

from __future__ import annotations

from importlib import import_module

import click

from ledger_service import __version__
from reading_room import command_modules

COMMANDS = {
    "init": "operate",
    "serve": "operate",
    "token": "operate",
    "license": "resources.licenses",
    "register": "resources.resources",
    "import": "imports.imports",
    "show": "resources.resources",
    "promote": "resources.resources",
    "supersede": "resources.changes",
    "rendition": "resources.changes",
    "withdraw": "resources.changes",
    "intent": "chain.intents",
    "verify": "verification.verify",
    "receipt": "verification.verify",
    "absence": "verification.absence",
    "grant": "lending.grants",
    "renew": "lending.grants",
    "return": "lending.grants",
    "revoke": "lending.grants",
    "open": "lending.grants",
    "audit": "audit.audit",
    "witness": "publication.witness",
}
"""Each command and its module here, which is read only when the command is used; rooms add theirs."""


class LazyGroup(click.Group):
    """Finds a command when it is asked for: verifying a file needs no web framework in memory."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *command_modules()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = COMMANDS.get(cmd_name)
        module = f"{__name__}.{own}" if own else command_modules().get(cmd_name)
        if module is None:
            return None
        commands: tuple[click.Command, ...] = import_module(module).commands
        return next(command for command in commands if command.name == cmd_name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="muhr")
def main() -> None:
    """Muhr: a provenance and access ledger for electronic libraries.

    Exit status: 0 the answer is wholly positive; 1 it is negative; 2 the command or its input must
    change; 3 something could not be checked; 4 a service or chain does not answer.
    """
