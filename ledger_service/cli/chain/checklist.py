"""Show a person what a chain is like and what is to be done, and ask before anything is sent on it."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from ledger_service import messages
from ledger_service.cli.output import NEGATIVE, POSITIVE, Mark, print_json, say
from ledger_service.domain.errors import ChainNotReady
from ledger_service.domain.publication.public_address import is_own_machine
from ledger_service.services.chain.check_chain import Check, Standing, to_do

MARKS = {
    Standing.OK: Mark("✓", "green"),
    Standing.WARNING: Mark("!", "yellow"),
    Standing.TO_DO: Mark("✗", "red"),
}
QUESTION = "Set the library up on this chain? What is sent there cannot be taken back."


def show_checklist(checks: list[Check], *, as_json: bool) -> None:
    """Print each line: its mark, what was looked at, and what was found."""
    if as_json:
        print_json([_json(check) for check in checks])
        return
    for check in checks:
        subject = f"{check.standing:<8}{check.subject:<17}"
        say(f"{subject}{messages.text(check.reason)}", mark=MARKS[check.standing])


def end_look(checks: list[Check]) -> NoReturn:
    """End the command as a look: positive if nothing is to do."""
    click.get_current_context().exit(NEGATIVE if to_do(checks) else POSITIVE)


def check_agreed(checks: list[Check], *, yes: bool) -> None:
    """Let the library be set up, if nothing is to do and a person or `--yes` agrees.

    Raises:
        ChainNotReady: something is to do.
        click.Abort, click.UsageError: the person says no; nobody is there to be asked.
    """
    count = to_do(checks)
    if count:
        raise ChainNotReady("to-do", count=count)
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Nothing was sent: add --yes, since nobody is here to be asked.")
    click.confirm(QUESTION, abort=True)


def ask_address(known: str) -> str | None:
    """Return how people reach the service, as a person at the terminal says; None if it is known.

    known: the address as it is set; one that only this machine reaches is asked about.
    """
    if not sys.stdin.isatty() or not is_own_machine(known):
        return None
    question = "Public address of the service, https://… (nothing: it is used on this machine only)"
    answer: str = click.prompt(question, default="", show_default=False)
    return answer.strip()


def _json(check: Check) -> dict[str, object]:
    return {
        "subject": check.subject,
        "standing": str(check.standing),
        **check.reason.to_json(),
        "detail": messages.text(check.reason),
    }
