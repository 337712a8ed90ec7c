"""The store as the services see it: transactions with a table for each noun, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from ledger_service.ports.chain import ChainIndexTable, JobTable
from ledger_service.ports.imports import ImportTable
from ledger_service.ports.ledger import CheckpointTable, LedgerTable
from ledger_service.ports.lending import GrantTable
from ledger_service.ports.people import AccessTable
from ledger_service.ports.publication import MapPageTable
from ledger_service.ports.resources import LicenseTable, RegistrationTable, StewardTable
from ledger_service.ports.verification import QuickReads

Tables = TypeVar("Tables")

Clock = Callable[[], int]
"""Returns the time in whole seconds since 1970 UTC."""


class Transaction(Protocol):
    """One database transaction, with a table for each noun.

    What a `savepoint` block did is undone if it ends by an error; the transaction goes on.
    """

    def savepoint(self) -> AbstractContextManager[None]: ...
    def room(self, tables: Callable[[Any], Tables]) -> Tables:
        """Return the tables of a room in this transaction; `tables` makes them of its connection."""
        ...

    @property
    def ledger(self) -> LedgerTable: ...
    @property
    def checkpoints(self) -> CheckpointTable: ...
    @property
    def map_pages(self) -> MapPageTable: ...
    @property
    def registrations(self) -> RegistrationTable: ...
    @property
    def licenses(self) -> LicenseTable: ...
    @property
    def stewards(self) -> StewardTable: ...
    @property
    def grants(self) -> GrantTable: ...
    @property
    def access(self) -> AccessTable: ...
    @property
    def jobs(self) -> JobTable: ...
    @property
    def imports(self) -> ImportTable: ...
    @property
    def chain_index(self) -> ChainIndexTable: ...


class Store(Protocol):
    """`read` sees one snapshot; `write` holds the append lock and commits when its block ends well."""

    @property
    def quick(self) -> QuickReads: ...
    def read(self) -> AbstractContextManager[Transaction]: ...
    def write(self) -> AbstractContextManager[Transaction]: ...
