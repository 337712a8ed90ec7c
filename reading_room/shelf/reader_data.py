"""What the room knows of a reader: their shelf."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.keep import erase_shelf, opened, whose


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return a reader's shelf as its own export has it; nothing if there never was one."""
    with library.store.read() as transaction:
        key = transaction.access.reader_key(reader)
        kept = None if key is None else transaction.room(SqlShelf).find(whose(key))
    if key is None or kept is None:
        return {}
    return opened(key, kept).shelf.value()


def erase(transaction: Transaction, reader: str) -> None:
    """Remove a reader's shelf; their key has to be there still."""
    key = transaction.access.reader_key(reader)
    if key is not None:
        erase_shelf(transaction, SqlShelf, key)
