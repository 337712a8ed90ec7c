"""What the commands that take resources out share: the library on this machine, and who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from ledger_service import config as configuration
from ledger_service.cli.output import is_somebody_there
from ledger_service.cli.people.own_library import operator_of

if TYPE_CHECKING:
    from ledger_service.domain.people.caller import Caller
    from ledger_service.services.library import Library

NO_CHAIN = "http://127.0.0.1:1"
"""Where no chain answers: what is taken out then has receipts without the chain's state."""


class Own(NamedTuple):
    """The library on this machine, and its operator."""

    library: Library
    operator: Caller


def ask_in_the_clear() -> None:
    """End the command unless somebody agrees that closed content is written in the clear."""
    if not is_somebody_there():
        raise click.UsageError("Closed content is written in the clear: give --yes.")
    click.confirm("This is written in the clear. Go on?", abort=True, err=True)


@contextmanager
def own_content() -> Iterator[Own]:
    """Yield the library on this machine; raise NotInitialized if there is none, or SchemaOutdated."""
    from ledger_service.setup import open_library

    config = configuration.load()
    operator = operator_of(config)
    opened = open_library(config, config.known_chain_url or NO_CHAIN)
    try:
        yield Own(opened.library, operator)
    finally:
        opened.store.close()
