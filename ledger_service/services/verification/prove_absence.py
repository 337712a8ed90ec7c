"""Prove that this ledger has not accepted a digest: evidence that is checked without the service."""

from __future__ import annotations

from ledger_service.domain.errors import CheckpointNotFound, InvalidMapProof, ResourceInLedger
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.publication.map_pages import prove
from ledger_service.domain.publication.verifiable_map import MapProof, check_absence
from ledger_service.domain.verification.absence import Absence
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.publication.update_map import map_entry_under, pages_of
from ledger_service.services.resources.find_resources import find_adopted
from ledger_service.services.verification.make_receipt import receipt_under


def prove_absence(library: Library, digest: Digest) -> Absence:
    """Return evidence as of the last anchored checkpoint, or of the newest while none is anchored.

    Raises:
        ResourceInLedger: the ledger holds the digest, be it since that checkpoint.
        CheckpointNotFound: no checkpoint with a map is signed yet.
        InvalidMapProof: the stored map is not the one that the ledger states, or is being made; it is
            made anew at once if there is none, else when the ledger grows.
    """
    with library.store.read() as transaction:
        _check_not_held(transaction, digest, library.steward)
        latest, anchored = (
            transaction.checkpoints.latest(),
            transaction.checkpoints.latest_anchored(),
        )
        refused: InvalidMapProof | None = None
        for checkpoint in (anchored, latest):
            if checkpoint is None or map_entry_under(transaction, checkpoint.size) is None:
                continue
            try:
                proof = _proof(transaction, checkpoint, digest)
            except InvalidMapProof as exc:
                refused = exc
                continue
            receipt = receipt_under(library, transaction, checkpoint.size - 1, checkpoint)
            return Absence(digest, proof, receipt)
    raise refused or CheckpointNotFound("no-map-yet")


def _check_not_held(transaction: Transaction, digest: Digest, steward: StewardId) -> None:
    version = transaction.map_pages.version()
    held = bool(transaction.registrations.of_digest(digest))
    # The map is of what was taken in, and does not tell of what was found on chain.
    if held or find_adopted(transaction, digest, steward) is not None:
        raise _in_ledger(digest)
    if version is not None and prove(digest.value, pages_of(transaction, version)) is None:
        raise _in_ledger(digest)


def _proof(transaction: Transaction, checkpoint: SignedCheckpoint, digest: Digest) -> MapProof:
    """Return the proof against the map of a checkpoint, checked as its reader will check it."""
    stated = map_entry_under(transaction, checkpoint.size)
    assert stated is not None
    proof = prove(digest.value, pages_of(transaction, stated.number("size")))
    if proof is None:
        raise _in_ledger(digest)
    check_absence(digest, proof, bytes.fromhex(stated.text("root")))
    return proof


def _in_ledger(digest: Digest) -> ResourceInLedger:
    return ResourceInLedger(digest=str(digest))
