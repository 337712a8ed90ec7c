"""Reads for routes that are asked often: single statements on what never changes, without a transaction.

An entry, a complete tree node and an anchored checkpoint stay as they are, so that no snapshot is needed
to read them together. SQLite is read in the caller's own thread over a connection that the thread keeps;
statements go to the driver as they are, since SQLAlchemy's own work would take longer than the reading.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from ledger_service.adapters.sql.driver import Driver
from ledger_service.adapters.sql.errors import translated
from ledger_service.adapters.sql.ledger.bundles import HOLDING, entry_in
from ledger_service.adapters.sql.ledger.tiles import ROW, find_nodes, missing_row
from ledger_service.adapters.sql.resources.schema import ROUTES
from ledger_service.domain.content.content_id import RAW_BASE16
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.resources import WrittenClaim

MOST_ROWS = 4096  # tiles kept, 16 KiB each: 64 MiB, the tree of a million entries

_CLAIM = (
    "SELECT registered_entry, accepted_entry, accepted_at, license, route, cid, title, media_type,"
    " size_bytes, creator, language, coalesce(further, '') FROM registration WHERE digest = ?"
    " AND steward = (SELECT number FROM steward WHERE id = ?) AND state <> ?"
)
_ANCHORED = (
    'SELECT size, root, note, block, "transaction" FROM checkpoint'
    " WHERE block IS NOT NULL ORDER BY size DESC LIMIT 1"
)


class _Kept(OrderedDict[tuple[int, int], bytes]):
    """Tiles at hand; the one that was put in first goes first."""

    def __setitem__(self, key: tuple[int, int], value: bytes) -> None:
        super().__setitem__(key, value)
        if len(self) > MOST_ROWS:
            self.popitem(last=False)


class QuickReads:
    """Implements ports.QuickReads over an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = threading.local()
        self._tiles = _Kept()  # of all threads; each of its operations is atomic
        self._anchored: SignedCheckpoint | None = None
        self.is_local = engine.dialect.name == "sqlite"

    def claim(self, digest: Digest, steward: StewardId) -> WrittenClaim | None:
        row = self._one(_CLAIM, digest.value, steward.value, RegistrationState.REJECTED.value)
        if row is None:
            return None
        registered, accepted, at, license_id, route, cid, *metadata = row
        cid = cid or RAW_BASE16 + digest.hex()
        return WrittenClaim(
            registered, accepted, at, bytes(license_id), ROUTES[route], cid, *metadata
        )

    def entry(self, index: int) -> bytes:
        row = self._one(HOLDING, index)
        entry = None if row is None else entry_in(row, index)
        if entry is None:
            raise EntryNotFound("index", index=index)
        return entry

    def anchored_above(self, index: int) -> SignedCheckpoint | None:
        """Return an anchored checkpoint that covers this entry: the one read last, or the newest."""
        if self._anchored is None or self._anchored.size <= index:
            row = self._one(_ANCHORED)
            if row is None or row[0] <= index:
                return None
            size, root, note, block, transaction = row
            self._anchored = SignedCheckpoint(size, root, note, block, bytes(transaction).hex())
        return self._anchored

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        return find_nodes(names, self._tiles, self._tile)

    def _tile(self, level: int, number: int) -> bytes:
        row = self._one(ROW, level, number)
        if row is None:
            raise missing_row(level, number)
        return bytes(row[0])

    def _one(self, statement: str, *values: object) -> Any:
        with translated():
            if self.is_local:
                rows = self._local().rows(statement, values)
            else:
                with self._engine.connect() as connection:
                    rows = Driver(connection).rows(statement, values)
        return rows[0] if rows else None

    def _local(self) -> Driver:
        """Return the driver of this thread's own connection."""
        driver: Driver | None = getattr(self._own, "driver", None)
        if driver is None:
            driver = self._own.driver = Driver(self._engine.connect())
        return driver
