"""Prove that a ledger signed two histories, by its own notes and the files that it served."""

from __future__ import annotations

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature, VerifierKey
from ledger_service.domain.ledger.merkle import ReadNodes, consistency_proof, root_hash
from ledger_service.domain.publication.fork_proof import ForkProof
from ledger_service.ports.store import Store


def prove_fork(
    copy: Store,
    key: VerifierKey,
    note: str,
    check_signature: CheckSignature,
    read: ReadNodes | None = None,
) -> ForkProof | None:
    """Return the proof that a note and the newest one of the copy are of two histories; None if it lacks.

    note: signed by the ledger's key. read: hashes of its tree as somebody serves them, which are needed if it
    is the larger; what is served need not be what was signed, and then nothing is proved.
    """
    with copy.read() as transaction:
        kept = transaction.checkpoints.latest()
        if kept is None:
            return None
        smaller, larger = note, kept.note
        nodes: ReadNodes | None = transaction.ledger.read_nodes
        if Checkpoint.of_note(note).size > kept.size:
            smaller, larger, nodes = kept.note, note, read
        if nodes is None:
            return None
        small, large = Checkpoint.of_note(smaller), Checkpoint.of_note(larger)
        try:
            hashes = tuple(consistency_proof(small.size, large.size, nodes))
            found = ForkProof(smaller, larger, root_hash(small.size, nodes), hashes)
            found.check(key, check_signature)
        except LedgerError:
            return None
    return found
