"""What the room knows of a reader: what they handed in."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.hand_in import opened


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return what a reader handed in, as they keep it; nothing if they handed in nothing."""
    with library.store.read() as transaction:
        key = transaction.access.reader_key(reader)
        found = [] if key is None else opened(transaction, SqlHalls, reader, key)
    if not found:
        return {}
    return {"records": [{"at": one.kept.at, **one.document} for one in found]}


def erase(transaction: Transaction, reader: str) -> None:
    """Remove what a reader handed in; the entries of it stay, which name nobody."""
    transaction.room(SqlHalls).forget_reader(reader)
