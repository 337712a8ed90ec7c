"""Copies of other libraries' ledgers: a folder with a SQLite file for each, of the same tables as our own.

The files are no part of the library's database: each can be deleted, and is made again from its ledger.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from ledger_service.adapters.sql.columns import Hash, Number
from ledger_service.adapters.sql.columns import metadata as of_library
from ledger_service.adapters.sql.errors import translated
from ledger_service.adapters.sql.ledger.schema import bundle, checkpoint, tile
from ledger_service.adapters.sql.store import SqlStore, make_engine, sqlite_url
from ledger_service.domain.errors import InvalidInput, MirrorNotFound, StorageFull
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.ports.publication import Mirrored
from ledger_service.ports.store import Transaction

ID_DIGITS = 16
RESERVE_BYTES = 256 * 1024 * 1024
"""Of the disk: copies leave them to the library itself, whose database may be beside them."""
_ID = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}\Z")
_of_mirrors = MetaData()
mirrored = Table(
    "mirrored",
    _of_mirrors,
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("held_at", Integer, nullable=False),
    Column("tried_at", Integer, nullable=False),
    Column("fault", Text, nullable=True),
    Column("fork", Text, nullable=True),
)
place = Table(
    "place",
    _of_mirrors,
    Column("digest", Hash, primary_key=True),
    Column("entry", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


class MirrorFolder:
    """Implements ports.Mirrors. Stores are opened when they are asked for, and kept.

    reserve_bytes: of the disk, that copies leave free.
    """

    def __init__(self, folder: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._lock = threading.Lock()
        self._opened: dict[str, SqlStore] = {}

    def all(self) -> list[Mirrored]:
        ids = [path.stem for path in sorted(self._folder.glob("*.db")) if _ID.match(path.stem)]
        return sorted(map(self.find, ids), key=lambda item: (item.name, item.id))

    def find(self, mirror: str) -> Mirrored:
        store = self.store(mirror)
        with translated(), store.engine.connect() as connection:
            row = connection.execute(select(mirrored)).one()
        fault = None if row.fault is None else Reason.parse(row.fault)
        key = VerifierKey.parse(row.key)
        when = row.held_at, row.tried_at
        return Mirrored(mirror, row.name, row.address, key, *when, fault, row.fork)

    def add(self, name: str, address: str, key: VerifierKey) -> Mirrored:
        mirror = hashlib.sha256(key.name.encode()).hexdigest()[:ID_DIGITS]
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = make_engine(sqlite_url(self._folder / f"{mirror}.db"))
        with translated(), engine.begin() as connection:
            of_library.create_all(connection, tables=[bundle, tile, checkpoint])
            _of_mirrors.create_all(connection)
            known = connection.execute(select(mirrored.c.key)).scalar_one_or_none()
            if known not in (None, key.format()):
                raise InvalidInput("mirror-key-differs", name=key.name, key=known)
            row = {"name": name, "address": address, "key": key.format()}
            if known is None:
                connection.execute(insert(mirrored), {**row, "held_at": 0, "tried_at": 0})
            else:
                connection.execute(update(mirrored).values(**row))
        engine.dispose()
        return self.find(mirror)

    def remove(self, mirror: str) -> None:
        self.store(mirror).engine.dispose()
        with self._lock:
            del self._opened[mirror]
            for path in self._folder.glob(f"{mirror}.db*"):
                path.unlink()

    def note(self, mirror: str, at: int, fault: Reason | None, fork: str | None = None) -> None:
        told: dict[str, object] = {"tried_at": at, "fault": fault and fault.format()}
        if fault is None:
            told["held_at"] = at
        if fork is not None:
            told["fork"] = func.coalesce(mirrored.c.fork, fork)
        with translated(), self.store(mirror).engine.begin() as connection:
            connection.execute(update(mirrored).values(**told))

    def store(self, mirror: str) -> SqlStore:
        path = self._folder / f"{mirror}.db"
        with self._lock:
            if _ID.match(mirror) is None or not path.is_file():
                self._opened.pop(mirror, None)
                raise MirrorNotFound(mirror=mirror[:80])
            if mirror not in self._opened:
                self._opened[mirror] = SqlStore(make_engine(sqlite_url(path)))
            return self._opened[mirror]

    def check_room(self) -> None:
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self._reserve_bytes:
            raise StorageFull("mirrors")

    def add_places(self, transaction: Transaction, places: Sequence[tuple[Digest, int]]) -> None:
        rows = [{"digest": digest.value, "entry": entry} for digest, entry in places]
        if rows:
            _connection(transaction).execute(insert(place).prefix_with("OR IGNORE"), rows)

    def places(self, transaction: Transaction, digest: Digest, limit: int) -> list[int]:
        query = select(place.c.entry).where(place.c.digest == digest.value)
        query = query.order_by(place.c.entry).limit(limit)
        return list(_connection(transaction).scalars(query))


def _connection(transaction: Transaction) -> Connection:
    connection: Connection = transaction.room(lambda connection: connection)
    return connection
