"""The SQL store: engine, transactions, and the border where database errors become ours.

SQLite runs in WAL with synchronous=FULL (NORMAL loses acknowledged rows in a power cut), foreign
keys on, what is deleted overwritten by zeros, and BEGIN IMMEDIATE for writers; the settings are asserted
on every new connection, and connections are kept, since closing the last one copies the whole
write-ahead log into the database.
PostgreSQL takes one advisory lock a write transaction, so that on both there is one appender.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from ledger_service.adapters.sql.authorship.authors import SqlAuthors
from ledger_service.adapters.sql.authorship.reviews import SqlReviews
from ledger_service.adapters.sql.chain.chain_index import SqlChainIndex
from ledger_service.adapters.sql.chain.jobs import SqlJobs
from ledger_service.adapters.sql.chain.worker_state import SqlWorkerState
from ledger_service.adapters.sql.changes import Changes
from ledger_service.adapters.sql.consortium.alarms import SqlAlarms
from ledger_service.adapters.sql.consortium.copies import SqlMemberCopies
from ledger_service.adapters.sql.consortium.former import SqlFormer
from ledger_service.adapters.sql.consortium.members import SqlMembers
from ledger_service.adapters.sql.credentials.credentials import SqlCredentials
from ledger_service.adapters.sql.errors import translated
from ledger_service.adapters.sql.imports.imports import SqlImports
from ledger_service.adapters.sql.imports.records import SqlRecords
from ledger_service.adapters.sql.ledger.entries import SqlCheckpoints, SqlLedger
from ledger_service.adapters.sql.ledger.retirements import SqlRetirements
from ledger_service.adapters.sql.lending.cohorts import SqlCohorts
from ledger_service.adapters.sql.lending.copies import SqlCopies
from ledger_service.adapters.sql.lending.grants import SqlGrants
from ledger_service.adapters.sql.lending.loans_elsewhere import SqlLoansElsewhere
from ledger_service.adapters.sql.lending.requests import SqlRequests
from ledger_service.adapters.sql.people.access import SqlAccess
from ledger_service.adapters.sql.people.acts import SqlActs
from ledger_service.adapters.sql.people.answers import SqlAnswers
from ledger_service.adapters.sql.people.cases import SqlCases
from ledger_service.adapters.sql.people.colleagues import SqlColleagues
from ledger_service.adapters.sql.people.identities import SqlIdentities
from ledger_service.adapters.sql.people.looks import SqlLooks
from ledger_service.adapters.sql.people.notices import SqlNotices
from ledger_service.adapters.sql.people.presences import SqlPresences
from ledger_service.adapters.sql.people.providers import SqlProviders
from ledger_service.adapters.sql.publication.map_pages import SqlMapPages
from ledger_service.adapters.sql.resources.changes import SqlChanges
from ledger_service.adapters.sql.resources.licenses import SqlLicenses, SqlStewards
from ledger_service.adapters.sql.resources.needless import SqlNeedless
from ledger_service.adapters.sql.resources.registrations import SqlRegistrations
from ledger_service.adapters.sql.resources.stored import SqlStored
from ledger_service.adapters.sql.turns import PAUSE_SECONDS, Turns
from ledger_service.adapters.sql.verification.quick import QuickReads
from ledger_service.domain.errors import LedgerBusy
from ledger_service.ports.store import Tables

APPEND_LOCK = 0x6D756872  # “muhr”: the key of PostgreSQL's advisory lock
BUSY_TIMEOUT_MILLISECONDS = 5000
WIPE_MILLISECONDS = 100
LOCK_MILLISECONDS = 500  # for one table; while it is waited for, nobody else reads it either
NAMING_READERS = (
    "reader",
    "token",
    "identity",
    "opening",
    "request",
    "grant",
    "private_part",
    "cohort_member",
    "loan_elsewhere",
    "authors_statement",
    "authors_place",
    "review",
    "credential",
)
TABLES_WITH_READERS = """SELECT table_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'reader' ORDER BY table_name"""
"""Of PostgreSQL: also the tables of rooms, whose names are not known here."""
HIDDEN = True  # values of statements: tracebacks are logged, and a row may name a reader
KEPT_CONNECTIONS = 16  # to one SQLite file; more are opened when asked for, and closed after use
PAGES_BETWEEN_CHECKPOINTS = (
    4000  # 16 MiB of write-ahead log; fewer would sync the database more often
)


class SqlTransaction:
    """One database transaction; the tables are made as they are asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ledger = SqlLedger(connection)
        self.retirements = SqlRetirements(connection)
        self.checkpoints = SqlCheckpoints(connection)
        self.map_pages = SqlMapPages(connection)
        self.registrations = SqlRegistrations(connection)
        self.changes = SqlChanges(connection)
        self.stored = SqlStored(connection)
        self.needless = SqlNeedless(connection)
        self.licenses = SqlLicenses(connection)
        self.stewards = SqlStewards(connection)
        self.grants = SqlGrants(connection)
        self.cohorts = SqlCohorts(connection)
        self.requests = SqlRequests(connection)
        self.loans_elsewhere = SqlLoansElsewhere(connection)
        self.copies = SqlCopies(connection)
        self.credentials = SqlCredentials(connection)
        self.access = SqlAccess(connection)
        self.identities = SqlIdentities(connection)
        self.acts = SqlActs(connection)
        self.providers = SqlProviders(connection)
        self.colleagues = SqlColleagues(connection)
        self.cases = SqlCases(connection)
        self.looks = SqlLooks(connection)
        self.answers = SqlAnswers(connection)
        self.notices = SqlNotices(connection)
        self.presences = SqlPresences(connection)
        self.authors = SqlAuthors(connection)
        self.reviews = SqlReviews(connection)
        self.jobs = SqlJobs(connection)
        self.worker_state = SqlWorkerState(connection)
        self.imports = SqlImports(connection)
        self.records = SqlRecords(connection)
        self.chain_index = SqlChainIndex(connection)
        self.former = SqlFormer(connection)
        self.members = SqlMembers(connection)
        self.alarms = SqlAlarms(connection)
        self.member_copies = SqlMemberCopies(connection)

    def room(self, tables: Callable[[Connection], Tables]) -> Tables:
        return tables(self._connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        try:
            with translated(), self._connection.begin_nested():
                yield
        except BaseException:
            self.ledger = SqlLedger(self._connection)  # which knows nothing of what was undone
            raise


class SqlStore:
    """Implements ports.Store over one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.quick = QuickReads(engine)
        self._turns = Turns(_file_of(engine))
        self._changes = Changes(engine)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with translated(), self.engine.connect() as connection, connection.begin():
            yield SqlTransaction(connection)

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        try:
            with translated(), self._begun_to_write() as connection:
                yield SqlTransaction(connection)
        finally:
            self._changes.look_anew()

    @contextmanager
    def _begun_to_write(self) -> Iterator[Connection]:
        """Open a transaction that nobody else writes beside; close it at the end."""
        if self.engine.dialect.name == "postgresql":
            # The snapshot must be taken after the lock is held: READ COMMITTED takes one for
            # each statement, REPEATABLE READ would take it before it waits for the lock.
            with self.engine.connect() as plain:
                connection = plain.execution_options(isolation_level="READ COMMITTED")
                with connection.begin():
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})"))
                    yield connection
            return
        until = time.monotonic() + BUSY_TIMEOUT_MILLISECONDS / 1000
        with self._turns.turn(_seconds_to(until)) as is_mine:
            if not is_mine:
                raise LedgerBusy()
            with self.engine.connect() as plain:
                connection = plain.execution_options(muhr_write_until=until)
                with self._turns.next_of_all(_seconds_to(until)):
                    begun = connection.begin()
                with begun:
                    yield connection

    def changes(self) -> str:
        return self._changes.seen()

    def wipe(self) -> bool:
        if self.engine.dialect.name != "sqlite":
            return True
        with translated(), self.engine.connect() as connection:
            # Outside of a transaction, as SQLite demands; the log ends with no bytes.
            cursor = connection.connection.cursor()
            # While it waits for those who read, nobody can write.
            cursor.execute(f"PRAGMA busy_timeout={WIPE_MILLISECONDS}")
            try:
                is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")
                cursor.close()
        return not is_busy

    def rewrite(self) -> None:
        with translated(), self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":  # outside of a transaction, as in `wipe`
                connection.connection.cursor().execute("VACUUM").close()
                return
            open_ended = connection.execution_options(isolation_level="AUTOCOMMIT")
            open_ended.execute(text(f"SET lock_timeout = {LOCK_MILLISECONDS}"))
            try:
                of_rooms = open_ended.scalars(text(TABLES_WITH_READERS))
                for table in dict.fromkeys((*NAMING_READERS, *of_rooms)):
                    open_ended.execute(text(f'VACUUM FULL "{table}"'))
            finally:
                open_ended.execute(text("RESET lock_timeout"))

    def close(self) -> None:
        self._changes.close()
        self.engine.dispose()
        self._turns.close()


def open_store(url: str) -> SqlStore:
    """Return the store at a database URL; nothing is created (see migrate.upgrade).

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://…`.
    """
    return SqlStore(make_engine(url))


def make_engine(url: str) -> Engine:
    """Return an engine with the durability settings that the ledger rests on."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, isolation_level="REPEATABLE READ", hide_parameters=HIDDEN
        )
    engine = create_engine(
        url,
        hide_parameters=HIDDEN,
        connect_args={"check_same_thread": False},
        poolclass=QueuePool,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=-1,
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "checkout", _check_process)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{path}"


def _configure_sqlite(connection: Any, record: Any) -> None:
    record.info["process"] = os.getpid()
    connection.isolation_level = None  # BEGIN is sent by _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}",
    ):
        cursor.execute("PRAGMA " + pragma)
    settings = [
        cursor.execute("PRAGMA " + name).fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    ]
    cursor.close()
    if settings != ["wal", 2, 1, 1]:
        raise RuntimeError(f"SQLite refused the durable settings: {settings}")


def _check_process(_connection: object, record: Any, fairy: Any) -> None:
    """Let a forked process not use its parent's connections, whose file locks it does not hold."""
    if record.info["process"] != os.getpid():
        record.dbapi_connection = fairy.dbapi_connection = None
        raise DisconnectionError("This connection belongs to another process.")


def _begin_sqlite(connection: Connection) -> None:
    until = connection.get_execution_options().get("muhr_write_until")
    if until is None:
        connection.exec_driver_sql("BEGIN")
        return
    cursor = connection.connection.cursor()
    # SQLite's own pauses grow to a tenth of a second, in which the file lies idle.
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(cursor):
            if time.monotonic() > until:
                raise LedgerBusy()
            time.sleep(PAUSE_SECONDS)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")
        cursor.close()


def _begun(cursor: Any) -> bool:
    """Return whether a transaction that writes has begun; False while somebody else writes."""
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _seconds_to(moment: float) -> float:
    return max(0.0, moment - time.monotonic())


def _file_of(engine: Engine) -> Path | None:
    """Return the file of a SQLite database, None for one in memory and on a server."""
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name not in (None, "", ":memory:")
    return Path(str(name)) if is_file else None
