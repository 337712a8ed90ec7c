"""A Muhr service as an auditor sees it, over the library's own store: implements ports.LedgerSource.

The lists of changes let a test serve something else than the store holds, as a lying operator would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain import merkle
from ledger_service.domain.errors import CheckpointNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.receipt import Receipt
from ledger_service.services.library import Library
from ledger_service.services.verify_resource import receipt_of

Change = Callable[[list[bytes]], list[bytes]]


class SourceSimulator:
    """Implements ports.LedgerSource.

    Attributes:
        change_entries: what is made of all entries before they are served.
        change_parts: what is made of all private parts before they are served.
        note: a checkpoint to serve in place of the store's.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.change_entries: Change = lambda entries: entries
        self.change_parts: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda parts: (
            parts
        )
        self.note: str | None = None

    def checkpoint(self) -> str:
        with self._library.store.read() as transaction:
            latest = transaction.checkpoints.latest()
        if latest is None:
            raise CheckpointNotFound("There is no checkpoint yet.")
        return self.note or latest.note

    def entries(self, start: int, limit: int) -> list[bytes]:
        with self._library.store.read() as transaction:
            entries = transaction.ledger.entries(0, 1_000_000)
        return self.change_entries(entries)[start : start + limit]

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        with self._library.store.read() as transaction:
            return merkle.consistency_proof(old_size, new_size, transaction.ledger.read_nodes)

    def receipts(self, digest: Digest) -> list[Receipt]:
        return [receipt_of(self._library, digest)]

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        with self._library.store.read() as transaction:
            found = transaction.ledger.private_parts(0, 1_000_000)
        parts = [
            {
                "entry": part.entry,
                "salt": part.salt.hex() if part.salt else None,
                "body": part.body.decode() if part.body else None,
            }
            for part in found
        ]
        return [part for part in self.change_parts(parts) if part["entry"] >= start][:limit]
