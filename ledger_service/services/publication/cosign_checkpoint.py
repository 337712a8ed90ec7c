"""Cosign a checkpoint, as a witness of ledgers that are not one's own (C2SP tlog-witness).

A witness signs a ledger's checkpoint only if it extends the one that it signed last. What it has
signed is stored before it answers, under a lock, so no two answers can contradict each other.
"""

from __future__ import annotations

from ledger_service.domain.errors import InvalidSubmission, WitnessHasOtherSize
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    open_checkpoint,
    parse_note,
)
from ledger_service.domain.ledger.merkle import check_consistency
from ledger_service.domain.publication.cosignature import WitnessKey, cosign
from ledger_service.domain.publication.submission import Submission
from ledger_service.ports.ledger import Signer
from ledger_service.ports.publication import WitnessStore
from ledger_service.ports.store import Clock

SAME_SECONDS = 60
"""For which the same checkpoint gets the same line again: whoever asks often makes nothing be written."""


def cosign_checkpoint(
    store: WitnessStore,
    signer: Signer,
    clock: Clock,
    body: bytes,
    check_signature: CheckSignature,
) -> str:
    """Return the signature line for a submitted checkpoint, whose size and root are then stored.

    Raises:
        InvalidSubmission, InvalidCheckpoint: the body is malformed, or its old size is too large.
        LogNotKnown: the witness was not told of this ledger.
        InvalidCheckpointSignature: the checkpoint is not signed by the ledger.
        WitnessHasOtherSize: the submission does not start where the witness stands.
        InvalidConsistencyProof: the checkpoint does not extend the last one, or has another root at its size.
    """
    submission = Submission.parse(body)
    text = parse_note(submission.note).text
    origin = Checkpoint.parse(text).origin
    key = WitnessKey(signer.key.name, signer.key.public_key)
    with store.log(origin) as log:
        new = open_checkpoint(submission.note, log.key, check_signature)
        if submission.old_size > new.size:
            raise InvalidSubmission("old-size", size=new.size)
        if submission.old_size != log.size:
            raise WitnessHasOtherSize("last", size=log.size, origin=origin)
        check_consistency(log.size, log.root, new.size, new.root, submission.proof)
        now = clock()
        if new.size == log.size and 0 <= now - log.cosigned_at < SAME_SECONDS:
            return cosign(text, key, log.cosigned_at, signer.sign)
        line = cosign(text, key, now, signer.sign)
        log.keep(new.size, new.root, submission.note, now)
    return line
