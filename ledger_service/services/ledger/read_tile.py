"""Read the ledger as it is published: checkpoint and tiles, and nothing that no checkpoint covers."""

from __future__ import annotations

from ledger_service.domain.errors import CheckpointNotFound, TileNotFound
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library


def published_checkpoint(library: Library) -> SignedCheckpoint:
    """Return the newest signed checkpoint; raise CheckpointNotFound if there is none yet."""
    with library.store.read() as transaction:
        return _published(transaction)


def read_tile(library: Library, path: str) -> tuple[TileName, bytes]:
    """Return a tile and its bytes.

    Raises:
        TileNotFound: not a tile's path, or not within the published checkpoint's size.
    """
    name = TileName.parse(path)
    with library.store.read() as transaction:
        size = _published(transaction).size
        if not name.exists(size):
            raise TileNotFound(size=size, path=path)
        if name.level is None:
            return name, transaction.ledger.entry_bundle(name.number, name.width)
        return name, transaction.ledger.hash_tile(name.level, name.number, name.width)


def _published(transaction: Transaction) -> SignedCheckpoint:
    latest = transaction.checkpoints.latest()
    if latest is None:
        raise CheckpointNotFound()
    return latest
