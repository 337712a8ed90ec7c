"""What the room knows of a reader: what they wrote beside the library's resources."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.take_out import take_out
from reading_room.annotations.verbs.write import erase_annotations


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return all that a reader wrote, as an AnnotationCollection of W3C's JSON-LD, or nothing."""
    return take_out(library, SqlNotes, reader)


def erase(transaction: Transaction, reader: str) -> None:
    """Remove it, but for public notes that were to stay without a name; the reader's key is there still."""
    key = transaction.access.reader_key(reader)
    if key is not None:
        erase_annotations(transaction, SqlNotes, key)
