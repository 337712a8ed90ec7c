"""Witness the ledgers of the other members: cosign what extends what was cosigned before, and nobody else's.

Anybody may send anything here. So the ledger must be a member's and its signature must hold before the one
lock is taken, and what our own copy contradicts is refused, and kept as proof of a fork.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from ledger_service.domain.errors import InvalidConsistencyProof, LogNotKnown
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    open_checkpoint,
    parse_note,
)
from ledger_service.domain.ledger.merkle import root_hash
from ledger_service.domain.publication.submission import Submission
from ledger_service.ports.ledger import Signer
from ledger_service.ports.publication import WitnessStore
from ledger_service.services.consortium.list_members import list_members
from ledger_service.services.library import Library
from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint
from ledger_service.services.publication.prove_fork import prove_fork

KNOWN_SECONDS = 5.0  # for which it is not asked again who the members are


@dataclass
class MemberWitness:
    """This library's witness. Safe to share between threads."""

    library: Library
    store: WitnessStore
    signer: Signer
    check_signature: CheckSignature
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _keys: dict[str, VerifierKey] = field(default_factory=dict)
    _known_until: float = 0.0

    def cosign(self, body: bytes) -> str:
        """Return the signature line for a submitted checkpoint of a member's ledger.

        Raises:
            LogNotKnown: not the ledger of another member that is accredited now and whose word counts.
            InvalidConsistencyProof: it contradicts what was cosigned before, or our copy of the ledger.
            other errors: as `cosign_checkpoint` raises them.
        """
        note = Submission.parse(body).note
        origin = Checkpoint.parse(parse_note(note).text).origin
        key = self._members().get(origin)
        if key is None:
            raise LogNotKnown(origin=origin[:255])
        self._check_copy(open_checkpoint(note, key, self.check_signature), key, note)
        self.store.add(key)
        return cosign_checkpoint(
            self.store, self.signer, self.library.clock, body, self.check_signature
        )

    def _members(self) -> dict[str, VerifierKey]:
        """Return the keys of the other members' ledgers, by their origins."""
        with self._lock:
            if time.monotonic() >= self._known_until:
                known = list_members(self.library, but_own=True)
                keys = [one.member.key for one in known if one.is_heard]
                self._keys = {key.name: key for key in keys}
                self._known_until = time.monotonic() + KNOWN_SECONDS
            return self._keys

    def _check_copy(self, new: Checkpoint, key: VerifierKey, note: str) -> None:
        mirrors = self.library.mirrors
        mirrored = mirrors.of_ledger(key.name)
        if mirrored is None or mirrored.key != key:
            return
        copy = mirrors.store(mirrored.id)
        with copy.read() as transaction:
            read = transaction.ledger.read_nodes
            if (
                not 0 < new.size <= transaction.ledger.size()
                or root_hash(new.size, read) == new.root
            ):
                return
        proof = prove_fork(copy, key, note, self.check_signature)
        mirrors.note_fork(mirrored.id, note, None if proof is None else proof.format())
        raise InvalidConsistencyProof("two-histories")
