"""Copies of other libraries' ledgers: a folder with a SQLite file for each, of the same tables as our own.

The files are no part of the library's database: each can be deleted, and is made again from its ledger.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Mapping, Sequence
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
from ledger_service.adapters.sql.publication.quick_copies import QuickCopies
from ledger_service.adapters.sql.store import SqlStore, make_engine, sqlite_url
from ledger_service.domain.errors import InvalidInput, MirrorNotFound, StorageFull
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.domain.reasons import Reason
from ledger_service.ports.publication import LookedUp, Mirrored
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
    Column("proof", Text, nullable=True),
    Column("against", Text, nullable=True),
    Column("member", Hash, nullable=True),
)
ADDED = ("proof TEXT", "against TEXT", "member BLOB")
"""Columns that copies which an earlier version made do not have."""
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
        self._quick = QuickCopies()

    def all(self) -> list[Mirrored]:
        mirrors = map(self.find, self._ids())
        return sorted(mirrors, key=lambda item: (item.name, item.id))

    def look_up(self, digest: Digest, limit: int) -> list[LookedUp]:
        paths = (self._folder / f"{mirror}.db" for mirror in self._ids())
        return [self._quick.look_up(path, digest, limit) for path in paths]

    def read_nodes(self, mirror: str, names: Sequence[NodeName]) -> list[bytes]:
        if _ID.match(mirror) is None:
            raise MirrorNotFound(mirror=mirror[:80])
        return self._quick.read_nodes(self._folder / f"{mirror}.db", names)

    def _ids(self) -> list[str]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        return sorted(name[:-3] for name in names if name.endswith(".db") and _ID.match(name[:-3]))

    def find(self, mirror: str) -> Mirrored:
        store = self.store(mirror)
        with translated(), store.engine.connect() as connection:
            row = connection.execute(select(mirrored)).one()
        fault = None if row.fault is None else Reason.parse(row.fault)
        key = VerifierKey.parse(row.key)
        return Mirrored(
            id=mirror,
            name=row.name,
            address=row.address,
            key=key,
            held_at=row.held_at,
            tried_at=row.tried_at,
            fault=fault,
            fork=row.fork,
            proof=row.proof,
            against=None if row.against is None else Reason.parse(row.against),
            member=None if row.member is None else StewardId(row.member),
        )

    def of_ledger(self, origin: str) -> Mirrored | None:
        try:
            return self.find(_id(origin))
        except MirrorNotFound:
            return None

    def follow(self, member: StewardId, name: str, address: str, key: VerifierKey) -> Mirrored:
        known = self.of_ledger(key.name)
        told = (name, address, key, member)
        if known is not None and (known.name, known.address, known.key, known.member) == told:
            return known
        if known is not None and known.member is None:
            if known.key != key:
                raise InvalidInput("mirror-key-differs", name=key.name, key=known.key.format())
            return known
        return self._keep(name, address, key, member)

    def add(self, name: str, address: str, key: VerifierKey) -> Mirrored:
        return self._keep(name, address, key, None)

    def _keep(
        self, name: str, address: str, key: VerifierKey, member: StewardId | None
    ) -> Mirrored:
        mirror = _id(key.name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = make_engine(sqlite_url(self._folder / f"{mirror}.db"))
        with translated(), engine.begin() as connection:
            of_library.create_all(connection, tables=[bundle, tile, checkpoint])
            _of_mirrors.create_all(connection)
            _add_columns(connection)
            known = connection.execute(select(mirrored.c.key)).scalar_one_or_none()
            if known not in (None, key.format()):
                raise InvalidInput("mirror-key-differs", name=key.name, key=known)
            row: dict[str, object] = {"name": name, "address": address, "key": key.format()}
            row["member"] = None if member is None else member.value
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

    def note(self, mirror: str, at: int, fault: Reason | None) -> None:
        told: dict[str, object] = {"tried_at": at, "fault": fault and fault.format()}
        if fault is None:
            told["held_at"] = at
        self._note(mirror, told)

    def note_fork(self, mirror: str, fork: str, proof: str | None) -> None:
        told = {"fork": func.coalesce(mirrored.c.fork, fork)}
        if proof is not None:
            told["proof"] = func.coalesce(mirrored.c.proof, proof)
        self._note(mirror, told)

    def note_anchors(self, mirror: str, against: Reason | None) -> None:
        self._note(mirror, {"against": against and against.format()})

    def _note(self, mirror: str, told: Mapping[str, object]) -> None:
        with translated(), self.store(mirror).engine.begin() as connection:
            connection.execute(update(mirrored).values(**told))

    def store(self, mirror: str) -> SqlStore:
        path = self._folder / f"{mirror}.db"
        with self._lock:
            if _ID.match(mirror) is None or not path.is_file():
                self._opened.pop(mirror, None)
                raise MirrorNotFound(mirror=mirror[:80])
            if mirror not in self._opened:
                store = SqlStore(make_engine(sqlite_url(path)))
                with translated(), store.engine.begin() as connection:
                    _add_columns(connection)
                self._opened[mirror] = store
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


def _id(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:ID_DIGITS]


def _add_columns(connection: Connection) -> None:
    """Let a copy that an earlier version made have the columns of today."""
    rows = connection.exec_driver_sql("PRAGMA table_info(mirrored)").all()
    known = {row[1] for row in rows}
    for column in ADDED:
        if known and column.split()[0] not in known:
            connection.exec_driver_sql(f"ALTER TABLE mirrored ADD COLUMN {column}")


def _connection(transaction: Transaction) -> Connection:
    connection: Connection = transaction.room(lambda connection: connection)
    return connection
