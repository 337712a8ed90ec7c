"""Show an entry of the ledger, with the proof that the published checkpoint holds it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.services.library import Library


@dataclass(frozen=True)
class ProvenEntry:
    """An entry and its proof. body: its bytes; proof: hashes of 32 bytes; anchor: that first covers it."""

    index: int
    entry: Entry
    body: bytes
    proof: list[bytes]
    checkpoint: SignedCheckpoint
    anchor: SignedCheckpoint | None


def show_ledger_entry(library: Library, index: int) -> ProvenEntry:
    """Return the entry at an index.

    Raises:
        EntryNotFound: no checkpoint covers it yet, or the ledger is shorter.
    """
    with library.store.read() as transaction:
        checkpoint = transaction.checkpoints.latest()
        if checkpoint is None or checkpoint.size <= index:
            raise EntryNotFound("not-under-checkpoint", index=index)
        anchor = transaction.checkpoints.first_anchored_above(index)
        covering = checkpoint if anchor is None else anchor
        body = transaction.ledger.entries(index, 1)[0]
        proof = merkle.inclusion_proof(index, covering.size, transaction.ledger.read_nodes)
    return ProvenEntry(index, Entry.parse(body), body, proof, covering, anchor)
