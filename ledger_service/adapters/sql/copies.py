"""Copies of the database as it is at one moment, while others go on writing; and putting one back.

SQLite is copied by its online backup, from a transaction that sees that moment. PostgreSQL is dumped by
its own `pg_dump`, with the snapshot of such a transaction.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, delete, inspect, make_url, text
from sqlalchemy.engine import URL

from ledger_service.adapters.copied_files import copy_file
from ledger_service.adapters.sql.chain.schema import lease
from ledger_service.adapters.sql.errors import translated
from ledger_service.adapters.sql.store import open_store
from ledger_service.domain.errors import InvalidInput
from ledger_service.ports.store import Transaction

SQLITE_COPY = "muhr.db"
POSTGRESQL_COPY = "muhr.dump"
_PAGES_AT_ONCE = 10_000
_LONGEST_WORDS = 300
Tell = Callable[[int, int], None]
"""Is told how many parts of how many are copied."""


def copy_database(
    url: str, folder: Path, at_moment: Callable[[Transaction], None], tell: Tell
) -> int:
    """Copy the database into a folder; return how many entries its ledger has.

    Args:
        at_moment: is called at the moment that the copy shows, and may look at the database; nobody writes
            until it returns.

    Raises:
        LedgerBusy: the others never paused.
        InvalidInput: pg_dump is missing, or fails.
    """
    store = open_store(url)
    try:
        with translated(), store.engine.connect() as reader:
            with store.write() as transaction:
                at_moment(transaction)
                snapshot = _see(reader)
                entries = transaction.ledger.size()
            if snapshot is None:
                _copy_sqlite(reader, folder / SQLITE_COPY, tell)
            else:
                _dump(make_url(url), folder / POSTGRESQL_COPY, snapshot)
            return entries
    finally:
        store.close()


def waiting_imports(url: str) -> set[str]:
    """Return the ids of the imports that are queued or running in a database."""
    with closing(open_store(url)) as store, store.read() as transaction:
        return transaction.imports.open_ids()


def check_empty(url: str) -> None:
    """Check that nothing stands where a database is to be put; raise InvalidInput otherwise."""
    file = _sqlite_file(url)
    if file is None:
        store = open_store(url)
        with translated(), closing(store):
            has_something = bool(inspect(store.engine).get_table_names())
    else:
        has_something = file.exists()
    if has_something:
        raise InvalidInput("database-not-empty")


def name_of_copy(url: str) -> str:
    """Return how the copy of a database at such a URL is named."""
    return POSTGRESQL_COPY if _sqlite_file(url) is None else SQLITE_COPY


def put_back(copy: Path, url: str) -> None:
    """Make a copy the database at a URL, where nothing stands. Raises InvalidInput, OSError.

    Leases are left out: whoever held one works on the database that was copied.
    """
    file = _sqlite_file(url)
    if file is not None:
        copy_file(copy, file)
    else:
        with _reached(make_url(url)) as database:
            _run(
                "pg_restore",
                *("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"),
                *("--dbname", database, str(copy)),
            )
    with translated(), closing(open_store(url)) as store, store.engine.begin() as connection:
        connection.execute(delete(lease))


def _sqlite_file(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def _see(reader: Connection) -> str | None:
    """Begin to see the database as it is now; return the name by which PostgreSQL lets others see it."""
    if reader.dialect.name == "postgresql":
        name: str = reader.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        return name
    reader.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one()
    return None


def _copy_sqlite(reader: Connection, target: Path, tell: Tell) -> None:
    source = reader.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    target.touch(mode=0o600)
    with closing(sqlite3.connect(target)) as copy:
        source.backup(
            copy,
            pages=_PAGES_AT_ONCE,
            progress=lambda _, left, pages: tell(pages - left, pages),
        )
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, also on a disk that is only read


def _dump(url: URL, target: Path, snapshot: str) -> None:
    target.touch(mode=0o600)
    with _reached(url) as database:
        _run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges"),
            *("--snapshot", snapshot, "--file", str(target), "--dbname", database),
        )


@contextmanager
def _reached(url: URL) -> Iterator[str]:
    """Give how PostgreSQL's programs reach a database; a password is in a file, where `ps` shows none."""
    plain = url.set(drivername="postgresql", password=None)
    if url.password is None:
        yield plain.render_as_string()
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, "passwords")
        file.touch(mode=0o600)
        password = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        file.write_text(f"*:*:*:*:{password}\n", "utf-8")
        yield plain.update_query_dict({"passfile": str(file)}).render_as_string()


def _run(program: str, *arguments: str) -> None:
    try:
        done = subprocess.run([program, *arguments], capture_output=True, check=False)
    except FileNotFoundError as exc:
        raise InvalidInput("program-missing", program=program) from exc
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[:_LONGEST_WORDS]
        raise InvalidInput("program-failed", program=program, said=said)
