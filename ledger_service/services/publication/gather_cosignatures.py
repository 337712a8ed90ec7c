"""Gather cosignatures: ask the configured witnesses to cosign the newest checkpoint.

It runs beside the worker's rounds and never holds them up: a witness that is away or refuses is asked
again later, and the checkpoint is published and anchored without it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidConsistencyProof,
    LedgerError,
    VerificationError,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import CheckSignature, parse_note
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.submission import Submission
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.publication import WitnessClient
from ledger_service.ports.store import Store
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.witnesses")

FIRST_WAIT_SECONDS = 5  # after a refusal or no answer; doubled up to the longest
LONGEST_WAIT_SECONDS = 600


@dataclass
class AskedWitness:
    """A witness and how it stands with us. size: of what it cosigned last, as far as we know."""

    key: WitnessKey
    client: WitnessClient
    size: int = 0
    failures: int = 0
    not_before: int = 0


def gather_cosignatures(
    library: Library, witnesses: Sequence[AskedWitness], check_signature: CheckSignature
) -> int:
    """Return how many cosignatures were added to the newest checkpoint."""
    with library.store.read() as transaction:
        latest = transaction.checkpoints.latest()
    if latest is None:
        return 0
    gathered = 0
    for witness in witnesses:
        if witness.not_before > library.clock() or _has_signed(latest, witness, check_signature):
            continue
        try:
            line = _ask(library.store, latest, witness, check_signature)
            gathered += _add(library.store, latest.size, witness, line, check_signature)
            witness.size, witness.failures = latest.size, 0
        except LedgerError as exc:
            wait = min(FIRST_WAIT_SECONDS << min(witness.failures, 10), LONGEST_WAIT_SECONDS)
            witness.failures += 1
            witness.not_before = library.clock() + wait
            logger.warning("no cosignature by %s: %s", witness.key.name, exc)
    return gathered


def _ask(
    store: Store, latest: SignedCheckpoint, witness: AskedWitness, check_signature: CheckSignature
) -> str:
    """Return the line of a witness that holds; one that stands elsewhere says where and is asked again."""
    try:
        answer = _ask_once_more(store, latest, witness)
    except InvalidConsistencyProof as exc:
        raise InvalidConsistencyProof("two-histories") from exc
    text = parse_note(latest.note).text
    for line in answer.split("\n"):
        if cosignatures_of(f"{text}\n{line}\n", [witness.key], check_signature):
            return line + "\n"
    raise InvalidCheckpoint("no-cosignature", key=witness.key.name)


def _ask_once_more(store: Store, latest: SignedCheckpoint, witness: AskedWitness) -> str:
    """Ask; a witness that stands elsewhere than we thought is asked again from there."""
    try:
        return witness.client.add_checkpoint(_submission(store, latest, witness.size))
    except WitnessHasOtherSize as exc:
        witness.size = exc.size
    try:
        return witness.client.add_checkpoint(_submission(store, latest, witness.size))
    except WitnessHasOtherSize as exc:
        if exc.size <= latest.size and exc.size != witness.size:
            raise  # it has cosigned another checkpoint meanwhile
        raise WitnessHasOtherSize("history", size=exc.size, ours=latest.size) from exc


def _submission(store: Store, latest: SignedCheckpoint, old_size: int) -> Submission:
    with store.read() as transaction:
        read = transaction.ledger.read_nodes
        proof = merkle.consistency_proof(min(old_size, latest.size), latest.size, read)
    return Submission(min(old_size, latest.size), tuple(proof), latest.note)


def _add(
    store: Store, size: int, witness: AskedWitness, line: str, check_signature: CheckSignature
) -> int:
    """Return 1 if the line was added to the checkpoint's note, 0 if it has one by this witness."""
    with store.write() as transaction:
        kept = transaction.checkpoints.find(size)
        if kept is None or _has_signed(kept, witness, check_signature):
            return 0
        parse_note(kept.note + line)  # a note that grew too long is not published
        transaction.checkpoints.set_note(size, kept.note + line)
    return 1


def _has_signed(
    checkpoint: SignedCheckpoint, witness: AskedWitness, check_signature: CheckSignature
) -> bool:
    try:
        return bool(cosignatures_of(checkpoint.note, [witness.key], check_signature))
    except VerificationError:  # someone changed the note; adding to it would not mend it
        return True
