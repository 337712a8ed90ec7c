"""The store as the services see it: transactions with a table for each noun, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from ledger_service.ports.authorship import AuthorsTable, ReviewTable
from ledger_service.ports.chain import ChainIndexTable, JobTable, WorkerStateTable
from ledger_service.ports.cohorts import CohortTable
from ledger_service.ports.consortium.alarms import AlarmTable
from ledger_service.ports.consortium.copies import MemberCopyTable
from ledger_service.ports.consortium.former import FormerTable
from ledger_service.ports.consortium.members import MemberTable
from ledger_service.ports.credentials.tables import CredentialTable
from ledger_service.ports.imports import ImportTable, RecordTable
from ledger_service.ports.ledger import CheckpointTable, LedgerTable, RetirementTable
from ledger_service.ports.lending import (
    CopyTable,
    GrantTable,
    LoanElsewhereTable,
    RequestTable,
)
from ledger_service.ports.people import (
    AccessTable,
    ActTable,
    AnswerTable,
    CaseTable,
    ColleagueTable,
    IdentityTable,
    LookTable,
    NoticeTable,
    PresenceTable,
)
from ledger_service.ports.publication import MapPageTable
from ledger_service.ports.resources import (
    ChangeTable,
    LicenseTable,
    NeedlessTable,
    RegistrationTable,
    StewardTable,
    StoredTable,
)
from ledger_service.ports.sign_in import ProviderTable
from ledger_service.ports.verification import QuickReads

Tables = TypeVar("Tables")

Clock = Callable[[], int]
"""Returns the time in whole seconds since 1970 UTC."""


class Transaction(Protocol):
    """One database transaction, with a table for each noun."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Return a block that is undone alone if it ends by an error, which goes on to the caller."""

    def room(self, tables: Callable[[Any], Tables]) -> Tables:
        """Return the tables of a room in this transaction; `tables` makes them of its connection."""

    @property
    def ledger(self) -> LedgerTable:
        """Return the entries and tree nodes."""

    @property
    def retirements(self) -> RetirementTable:
        """Return how many private parts were destroyed by their age."""

    @property
    def checkpoints(self) -> CheckpointTable:
        """Return the checkpoints and their anchors."""

    @property
    def map_pages(self) -> MapPageTable:
        """Return the pages of the verifiable map."""

    @property
    def registrations(self) -> RegistrationTable:
        """Return the registrations."""

    @property
    def changes(self) -> ChangeTable:
        """Return what last changed each registration."""

    @property
    def needless(self) -> NeedlessTable:
        """Return what lies in the content store and is needed no more."""

    @property
    def stored(self) -> StoredTable:
        """Return where closed content lies."""

    @property
    def licenses(self) -> LicenseTable:
        """Return the licenses."""

    @property
    def stewards(self) -> StewardTable:
        """Return the stewards."""

    @property
    def grants(self) -> GrantTable:
        """Return the grants."""

    @property
    def cohorts(self) -> CohortTable:
        """Return the cohorts and their members."""

    @property
    def requests(self) -> RequestTable:
        """Return what readers asked to be lent."""

    @property
    def loans_elsewhere(self) -> LoanElsewhereTable:
        """Return the loans that other libraries made."""

    @property
    def copies(self) -> CopyTable:
        """Return the copies that were lent."""

    @property
    def credentials(self) -> CredentialTable:
        """Return the credentials, and what is published of them."""

    @property
    def access(self) -> AccessTable:
        """Return readers, tokens and openings."""

    @property
    def identities(self) -> IdentityTable:
        """Return by what people are known."""

    @property
    def providers(self) -> ProviderTable:
        """Return the providers whose accounts sign in here."""

    @property
    def acts(self) -> ActTable:
        """Return what the library's people did."""

    @property
    def colleagues(self) -> ColleagueTable:
        """Return the library's colleagues and their roles."""

    @property
    def cases(self) -> CaseTable:
        """Return the cases of auditors."""

    @property
    def looks(self) -> LookTable:
        """Return who looked at private parts."""

    @property
    def answers(self) -> AnswerTable:
        """Return what requests under a key were answered."""

    @property
    def notices(self) -> NoticeTable:
        """Return what readers are told."""

    @property
    def presences(self) -> PresenceTable:
        """Return who is present somewhere."""

    @property
    def authors(self) -> AuthorsTable:
        """Return the statements that authors sign."""

    @property
    def reviews(self) -> ReviewTable:
        """Return reports and endorsements."""

    @property
    def jobs(self) -> JobTable:
        """Return the jobs for the chain, and the leases."""

    @property
    def worker_state(self) -> WorkerStateTable:
        """Return what the worker tells of itself."""

    @property
    def imports(self) -> ImportTable:
        """Return the imports that the service runs."""

    @property
    def records(self) -> RecordTable:
        """Return the records that harvests read."""

    @property
    def chain_index(self) -> ChainIndexTable:
        """Return the index of the chain's events."""

    @property
    def alarms(self) -> AlarmTable:
        """Return the alarms about members of the consortium."""

    @property
    def member_copies(self) -> MemberCopyTable:
        """Return what members registered, and what of it is kept here."""

    @property
    def members(self) -> MemberTable:
        """Return what members of the consortium said of themselves."""

    @property
    def former(self) -> FormerTable:
        """Return the contracts that the library has left."""


class Store(Protocol):
    """Where everything is kept that must not be lost together; safe to share between threads."""

    @property
    def quick(self) -> QuickReads:
        """Return the reads that need no transaction."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Return a transaction that sees one snapshot and writes nothing; raise LedgerBusy."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Return a transaction that holds the append lock, and is durable once its block has ended well.

        What it did is undone if the block ends by an error.

        Raises:
            LedgerBusy: another held the lock too long. StorageFull: the disk is full.
        """

    def changes(self) -> str:
        """Return what is another soon after somebody's transaction has written, and else the same.

        It costs far less than a transaction that reads. Raises LedgerBusy.
        """

    def wipe(self) -> bool:
        """Return True once no file of the database holds what was deleted or changed before.

        False while somebody reads the database as it was. Copies of a database server's own files are none
        of the library's.
        """

    def rewrite(self) -> None:
        """Write the tables that name readers anew: pages keep bytes of rows that were moved and deleted.

        Whoever writes meanwhile waits. Raises LedgerBusy while others write or read for long.
        """
