"""What commands share that use the library's own database: who runs them, and what they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ledger_service import config as configuration
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import Caller

if TYPE_CHECKING:
    from ledger_service.adapters.sql.store import SqlStore
    from ledger_service.setup import Opened

NO_CHAIN = "http://127.0.0.1:1"
"""Where no chain answers: nothing is asked of one, and receipts are without its state."""


def operator_of(config: configuration.Config) -> Caller:
    """Return who runs a command with the library's own database."""
    from ledger_service.setup import load_deployment

    return Caller.operator(StewardId.parse(load_deployment(config).steward))


@contextmanager
def own_library() -> Iterator[tuple[SqlStore, Caller]]:
    """Yield the store of this machine's library, and who runs commands with it.

    Raises SchemaOutdated if `muhr init` has to run first.
    """
    from ledger_service.adapters.sql.migrate import check_current
    from ledger_service.adapters.sql.store import open_store

    config = configuration.load()
    operator = operator_of(config)
    store = open_store(config.database_url)
    try:
        check_current(store.engine)
        yield store, operator
    finally:
        store.close()


@contextmanager
def opened_library(config: configuration.Config) -> Iterator[Opened]:
    """Yield this machine's library with its content and keys.

    Raises NotInitialized if there is none, SchemaOutdated if `muhr init` has to run first.
    """
    from ledger_service.setup import open_library

    opened = open_library(config, config.known_chain_url or NO_CHAIN)
    try:
        yield opened
    finally:
        opened.store.close()
