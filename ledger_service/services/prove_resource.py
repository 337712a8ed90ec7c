"""Prove one resource: its entry, and that it is in the newest anchored checkpoint; checked before it is told.

The quick way to verify many digests: a few reads of what never changes, no question to the chain. Who does
not want to trust the answer checks it (services/check_receipt.py) and asks the chain for the anchor.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain import merkle
from ledger_service.domain.errors import EntryNotFound, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.rows import SignedCheckpoint
from ledger_service.services.library import Library


@dataclass(frozen=True)
class ResourceProof:
    """An entry's bytes and its place in an anchored checkpoint; proof: hashes of 32 bytes, leaf upward."""

    entry: bytes
    index: int
    proof: list[bytes]
    checkpoint: SignedCheckpoint

    def to_json(self) -> dict[str, object]:
        """Return the proof as a JSON object."""
        return {
            "entry": self.entry.decode(),
            "index": self.index,
            "proof": [item.hex() for item in self.proof],
            "checkpoint": self.checkpoint.note,
            "block": self.checkpoint.block,
            "transaction": self.checkpoint.transaction,
        }


def prove_resource(library: Library, digest: Digest) -> ResourceProof:
    """Return the proof of this library's own entry on a digest.

    Raises:
        ResourceNotFound: no entry of this library speaks of it.
        EntryNotFound: no anchored checkpoint covers the entry yet.
        InvalidInclusionProof: what is stored does not fit the checkpoint; nothing is told.
    """
    quick = library.store.quick
    index = quick.entry_of(digest, library.steward)
    if index is None:
        raise ResourceNotFound(f"This library has not registered {digest}.")
    checkpoint = quick.anchored_above(index)
    if checkpoint is None:
        raise EntryNotFound(
            f"Entry {index} is not under an anchored checkpoint yet; ask again in a moment."
        )
    entry = quick.entry(index)
    proof = merkle.inclusion_proof(index, checkpoint.size, quick.read_nodes)
    leaf = merkle.leaf_hash(entry)
    merkle.check_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)
    return ResourceProof(entry, index, proof, checkpoint)
