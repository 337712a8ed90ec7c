"""A library to tamper with, and the auditor who is shown nothing of it but chain and public files.

A ledger of some hundred entries is lived once. Each tampering is then done to a copy of its database
file, as an operator with a database shell could, and the audit reads the copy through the real SQL store
and the real rules of what is public. The chain's events were read once: no operator can change them.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.api.resources.shapes import LicenseShape, RegistrationShape
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.identifiers import Digest, LedgerId
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.ports.chain import EventTotals
from ledger_service.ports.paging import PageRequest
from ledger_service.services.audit.audit_ledger import AuditReport, audit_ledger
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_licenses, list_resources
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, as_reader
from tests.simulators.chain import DEPLOYED_AT

BOOKS = 130
BOOKS_A_SETTLING = 13
SIDE_FILES = ("-wal", "-shm")


@dataclass
class Lived:
    """A library that is over. database: its file; older: copies from before; the rest never changes."""

    database: Path
    older: list[Path]
    library: Library
    signer: Ed25519Signer
    chain: ChainAsRead


@dataclass
class ChainAsRead:
    """What a node told once. Implements ports.ChainReader."""

    chain_id: int
    anchor_contract: str
    blocks: list[Block]
    told: list[ChainEvent] = field(default_factory=list)

    def is_signed_by_key(self, account: str, digest: bytes, signature: bytes) -> bool:
        raise NotImplementedError  # no author signed anything here

    def check_deployment(self) -> None:
        """Return: it is the chain that it was."""

    def head(self) -> Block:
        return self.blocks[-1]

    def block(self, number: int) -> Block:
        return next(block for block in self.blocks if block.number == number)

    def read_events(
        self, first: int, last: int, before: EventTotals
    ) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
        return iter([(self.told, {})])

    def check_totals(self, block: int, totals: EventTotals) -> None:
        """Return: what it told was complete."""

    def anchored(self, ledger: LedgerId) -> tuple[int, bytes]:
        raise NotImplementedError  # an audit reads the anchors' events


class PublicFiles:
    """Checkpoint, tiles and list of a library's database. Implements ports.LedgerSource; no more."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def checkpoint(self) -> str:
        return published_checkpoint(self._library).note

    def tile(self, name: TileName) -> bytes:
        return read_tile(self._library, name.format())[1]

    def descriptions(self) -> Iterator[dict[str, Any]]:
        for item in list_resources(self._library, PageRequest(limit=1_000_000)).items:
            yield RegistrationShape.of(item).model_dump()

    def licenses(self) -> Iterator[dict[str, Any]]:
        for item in list_licenses(self._library, PageRequest(limit=1_000)).items:
            yield LicenseShape.of(item).model_dump()

    def receipts(self, digest: Digest) -> list[Receipt]:
        raise NotImplementedError  # chain and tiles only

    def signed_statement(self, digest: Digest) -> bytes:
        raise NotImplementedError  # chain and tiles only

    def attendance(self, statement: Digest) -> Any:
        raise NotImplementedError  # chain and tiles only

    def list_states(self, number: int, below: int | None) -> list[str]:
        raise NotImplementedError  # chain and tiles only

    def status_list(self, number: int) -> bytes:
        raise NotImplementedError  # chain and tiles only

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        raise NotImplementedError  # chain and tiles only

    def destroyed_parts(self) -> tuple[Any, list[dict[str, Any]]]:
        raise NotImplementedError  # chain and tiles only


class Operator:
    """One who has the database's password, and the ledger's key: what tamperings are made of."""

    def __init__(self, lived: Lived, path: Path, rng: random.Random) -> None:
        self.lived = lived
        self.path = path
        self.rng = rng

    def run(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Run one statement of SQL; return its rows."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, arguments).fetchall()

    def change(self, statement: str, *arguments: object) -> None:
        """Run one statement of SQL, which must change something."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            assert connection.execute(statement, arguments).rowcount > 0, statement

    def bodies(self) -> list[bytes]:
        """Return all entries."""
        with closing(self._store()) as store, store.read() as transaction:
            return transaction.ledger.entries(0, 1_000_000)

    def rewrite(self, bodies: list[bytes], *, tiles: bool, signs: bool) -> None:
        """Write these entries in the place of all.

        tiles: with the tree that follows from them, else the old one stays. signs: with a new
        checkpoint by the ledger's true key, else the old one stays.
        """
        kept = self.run("SELECT level, number, hashes FROM tile")
        self.run("DELETE FROM bundle")
        self.run("DELETE FROM tile")
        with closing(self._store()) as store, store.write() as transaction:
            append_bodies(transaction, bodies)
            root = transaction.ledger.frontier().root()
        if not tiles:
            self.run("DELETE FROM tile")
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", kept)
        if signs:
            signer = self.lived.signer
            text = Checkpoint(signer.key.name, len(bodies), root).format()
            note = sign_note(text, signer.key, signer.sign)
            self.run("DELETE FROM checkpoint WHERE size >= ?", len(bodies))
            self.change(
                'INSERT INTO checkpoint (size, root, "at", note) VALUES (?, ?, 0, ?)',
                *(len(bodies), root, note),
            )

    def restore(self, old: Path, tables: tuple[str, ...] = ()) -> None:
        """Put an older copy in the database's place, or only some of its tables."""
        if not tables:
            replace_database(old, self.path)
            return
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("ATTACH ? AS old", (str(old),))
            with connection:
                for table in tables:
                    connection.execute(f"DELETE FROM main.{table}")
                    connection.execute(f"INSERT INTO main.{table} SELECT * FROM old.{table}")

    def _store(self) -> SqlStore:
        return open_store(sqlite_url(self.path))


def live(folder: Path, empty_database: Path) -> Lived:
    """Return a library with entries of many kinds, all of them anchored, and older copies of it."""
    home = folder / "lived"
    home.mkdir()
    shutil.copy(empty_database, home / "muhr.db")
    bench = Bench(home)
    older = []
    reader = bench.reader()
    grant = bench.granted(reader)
    for number in range(BOOKS):
        bench.register(f"book {number}".encode(), title=f"Book {number}")
        if number % 10 == 0:
            open_resource(bench.library, as_reader(reader), digest=grant.digest)
        if number % BOOKS_A_SETTLING == 0:
            bench.settle()
            older.append(folder / f"older-{len(older)}.db")
            copy_database(home / "muhr.db", older[-1])
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    bench.release()
    copy_database(home / "muhr.db", folder / "muhr.db")
    chain = ChainAsRead(
        bench.chain.chain_id,
        bench.chain.anchor_contract,
        [mined.block for mined in bench.chain.blocks],
        complete_events(bench.chain, DEPLOYED_AT, bench.chain.head().number, {})[0],
    )
    return Lived(folder / "muhr.db", older, bench.library, bench.signer, chain)


def audit(lived: Lived, path: Path) -> AuditReport:
    """Return what an auditor finds who is given the chain and the public files of this database."""
    store = open_store(sqlite_url(path))
    try:
        library = Library(**{**vars(lived.library), "store": store})
        return audit_ledger(
            PublicFiles(library),
            lived.chain,
            lived.library.key,
            check_ed25519,
            steward=STEWARD,
            first_block=DEPLOYED_AT,
            with_private_parts=False,
            progress=lambda what, done, total: None,
        )
    finally:
        store.close()


def copy_database(source: Path, target: Path) -> None:
    """Copy a database, with what its write-ahead log holds, into one file."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def replace_database(source: Path, target: Path) -> None:
    """Put the copy of a closed database in the place of another."""
    for side in SIDE_FILES:
        target.with_name(target.name + side).unlink(missing_ok=True)
    shutil.copyfile(source, target)
