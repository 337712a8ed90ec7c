"""What the commands that take resources out share: the library on this machine, and who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from ledger_service import config as configuration
from ledger_service.cli.output import is_somebody_there
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.people.caller import Caller

if TYPE_CHECKING:
    from ledger_service.services.library import Library


class Own(NamedTuple):
    """The library on this machine, its operator, and how people reach it."""

    library: Library
    operator: Caller
    public_url: str


def ask_in_the_clear() -> None:
    """End the command unless somebody agrees that closed content is written in the clear."""
    if not is_somebody_there():
        raise click.UsageError("Closed content is written in the clear: give --yes.")
    click.confirm("This is written in the clear. Go on?", abort=True, err=True)


@contextmanager
def own_content() -> Iterator[Own]:
    """Yield the library on this machine; raise NotInitialized if there is none, or SchemaOutdated."""
    config = configuration.load()
    with opened_library(config) as opened:
        yield Own(opened.library, Caller.operator(opened.library.steward), config.public_url)
