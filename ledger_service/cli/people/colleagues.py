"""`muhr colleague`: what an operator does for colleagues, in the library's own database."""

from __future__ import annotations

import click

from ledger_service.cli.people.invitations import colleague_invite


@click.group()
def colleague() -> None:
    """Invite colleagues. These commands need the library's own database."""


colleague.add_command(colleague_invite)
commands = (colleague,)
