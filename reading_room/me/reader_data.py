"""What the room knows of a reader: what they were told, and where else they hear of it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import erase_notices, export_notices


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return a reader's notices, newest first, and their mail address; nothing if there is neither."""
    with library.store.read() as transaction:
        key = transaction.access.reader_key(reader)
        return {} if key is None else export_notices(transaction, key)


def erase(transaction: Transaction, reader: str) -> None:
    """Remove a reader's notices and address; their key has to be there still."""
    key = transaction.access.reader_key(reader)
    if key is not None:
        erase_notices(transaction, key)
