"""`muhr cite`: a resource as it is cited."""

from __future__ import annotations

import click

from ledger_service.cli.output import Command, api_option, print_lines, remote
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.domain.exports.forms import Style
from ledger_service.domain.exports.provenance.forms import HistoryStyle

OF_HISTORY = [style.value for style in HistoryStyle]


@click.command(cls=Command)
@digest_argument
@click.option(
    "--style",
    type=click.Choice([*(style.value for style in Style), *OF_HISTORY]),
    default=Style.BIBTEX.value,
    show_default=True,
    help="The form, such as a program that keeps references reads it.",
)
@api_option
def cite(digest: str, style: str, api: str | None) -> None:
    """Print a resource as it is cited, or what happened to it in a form of archives."""
    service = remote(api)
    wanted = digest_named(service, digest)
    if style in OF_HISTORY:
        print_lines(service.document(f"/resources/{wanted}/provenance", form=style))
    else:
        print_lines(service.document(f"/resources/{wanted}/citation", style=style))


commands = (cite,)
