"""The submission: what a ledger sends a witness to have a checkpoint cosigned (C2SP tlog-witness).

The old size, the consistency proof from it, and the checkpoint: the body of `POST /add-checkpoint`.
Normative text: docs/formats.md §15.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCheckpoint, InvalidSubmission
from ledger_service.domain.ledger.checkpoint import LONGEST_NOTE_BYTES, decode_base64
from ledger_service.domain.ledger.merkle import LONGEST_PROOF

LARGEST_SUBMISSION_BYTES = LONGEST_NOTE_BYTES + 4096  # the proof takes 2,835 bytes at most
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True)
class Submission:
    """old_size: of what the witness has cosigned last; proof: hashes of 32 bytes; note: checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def format(self) -> bytes:
        """Return the body of the request; inverse of `parse`."""
        hashes = (base64.b64encode(item).decode() for item in self.proof)
        return "\n".join([f"old {self.old_size}", *hashes, "", self.note]).encode()

    @classmethod
    def parse(cls, data: bytes) -> Submission:
        """Return the submission of a body; raise InvalidSubmission if it is malformed."""
        if len(data) > LARGEST_SUBMISSION_BYTES:
            raise InvalidSubmission("too-long", most=LARGEST_SUBMISSION_BYTES)
        try:
            head, blank, note = data.decode().partition("\n\n")
            first, *lines = head.split("\n")
            proof = tuple(decode_base64(line) for line in lines)
        except (UnicodeDecodeError, InvalidCheckpoint) as exc:
            raise InvalidSubmission("not-base64") from exc
        old_size = _OLD.fullmatch(first)
        if old_size is None or not blank:
            raise InvalidSubmission("form")
        if len(proof) > LONGEST_PROOF or any(len(item) != 32 for item in proof):
            raise InvalidSubmission("proof-too-long", longest=LONGEST_PROOF)
        return cls(int(old_size[1]), proof, note)
