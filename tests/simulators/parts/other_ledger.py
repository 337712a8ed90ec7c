"""Another library's ledger in a database whose file can be copied: then its key signs two histories."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.chain.intent import AnchorCheckpoint
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.library import Library
from ledger_service.services.publication.anchor_ledger import sign_checkpoint
from tests.simulators.bench import open_bench_store
from tests.simulators.chain import ChainSimulator
from tests.simulators.parts.own_accounts import ANCHORER


class OtherLibrary:
    """Implements ports.LedgerFiles over a real database, and grows.

    Args:
        like: a library, of which this one has the clock and the limits.
        path: of its database, migrated.
    """

    def __init__(self, like: Library, path: Path, signer: Ed25519Signer) -> None:
        self.path, self.signer = path, signer
        self.library = replace(like, store=open_bench_store(path), key=signer.key)

    def copy(self, path: Path) -> OtherLibrary:
        """Return a second library of the same key and history; from now on the two diverge."""
        self.library.store.close()  # type: ignore[attr-defined]
        shutil.copy(self.path, path)
        self.library = replace(self.library, store=open_bench_store(self.path))
        return OtherLibrary(self.library, path, self.signer)

    def grow(self, *words: str) -> SignedCheckpoint:
        """Append an entry for each word, sign a checkpoint, and return it."""
        with self.library.store.write() as transaction:
            for word in words:
                facts: dict[str, str | int] = {
                    "digest": Digest.of(word.encode()).hex(),
                    "steward": "5a" * 32,
                    "reason": "00000001",
                }
                append_entry(transaction, Entry("rejected", self.library.clock(), facts))
        sign_checkpoint(self.library, self.signer)
        return published_checkpoint(self.library)

    def anchor(self, chain: ChainSimulator) -> SignedCheckpoint:
        """Anchor the newest checkpoint on chain, by its anchorer."""
        ledger = self.library.ledger.hex()
        newest = published_checkpoint(self.library)
        old = chain.now.ledgers[ledger][1]
        with self.library.store.read() as transaction:
            read = transaction.ledger.read_nodes
            proof = tuple(merkle.consistency_proof(old, newest.size, read))
        intent = AnchorCheckpoint(old, newest.size, newest.root, proof)
        chain.act(lambda state: state._anchor(ledger, ANCHORER, intent))
        return newest

    # ---- ports.LedgerFiles ------------------------------------------------------------------------

    def checkpoint(self) -> str:
        return published_checkpoint(self.library).note

    def tile(self, name: TileName) -> bytes:
        return read_tile(self.library, name.format())[1]

    def close(self) -> None:
        """Let go of nothing: the database is the library's."""
