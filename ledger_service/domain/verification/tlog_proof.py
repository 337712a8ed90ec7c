"""The transparency-log proof: a receipt in the form of C2SP tlog-proof, for tools that are not ours.

It holds index, inclusion proof and checkpoint. The entry rides along as the format's extra data, which
the format leaves unauthenticated; here the inclusion proof vouches for it. It names no anchor.
Normative text: docs/formats.md §12.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCheckpoint, InvalidTlogProof
from ledger_service.domain.ledger.checkpoint import (
    LONGEST_NOTE_BYTES,
    Checkpoint,
    CheckSignature,
    VerifierKey,
    decode_base64,
    open_checkpoint,
)
from ledger_service.domain.ledger.merkle import LONGEST_PROOF, check_inclusion, leaf_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF_BYTES = 65_536
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class TlogProof:
    """extra: bytes, in ours the entry, or None; proof: hashes of 32 bytes, leaf upward."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def format(self) -> bytes:
        """Return the bytes of a `.tlog-proof` file; inverse of `parse`."""
        extra = [] if self.extra is None else [f"extra {_encode(self.extra)}"]
        hashes = map(_encode, self.proof)
        lines = [FIRST_LINE, *extra, f"index {self.index}", *hashes, "", self.checkpoint]
        return "\n".join(lines).encode()

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """Return the proof of a file's bytes; raise InvalidTlogProof if it is malformed."""
        if len(data) > LARGEST_PROOF_BYTES:
            raise InvalidTlogProof("too-long", most=LARGEST_PROOF_BYTES)
        try:
            head, blank, checkpoint = data.decode().partition("\n\n")
            lines = head.split("\n")
            if lines.pop(0) != FIRST_LINE:
                raise InvalidTlogProof("first-line", line=FIRST_LINE)
            extra = None
            if lines and lines[0].startswith("extra "):
                extra = decode_base64(lines.pop(0).removeprefix("extra "))
            index = _INDEX.fullmatch(lines.pop(0)) if lines else None
            hashes = tuple(decode_base64(line) for line in lines)
        except (UnicodeDecodeError, InvalidCheckpoint) as exc:
            raise InvalidTlogProof("not-base64") from exc
        if index is None:
            raise InvalidTlogProof("no-index")
        if len(hashes) > LONGEST_PROOF or any(len(item) != 32 for item in hashes):
            raise InvalidTlogProof("proof-too-long", longest=LONGEST_PROOF)
        if not blank or len(checkpoint.encode()) > LONGEST_NOTE_BYTES:
            raise InvalidTlogProof("no-checkpoint")
        return cls(int(index[1]), hashes, checkpoint, extra)

    def check(self, entry: bytes, key: VerifierKey, check_signature: CheckSignature) -> Checkpoint:
        """Return the checkpoint if the ledger signed for this entry at the proof's index.

        Raises:
            InvalidCheckpoint, InvalidCheckpointSignature: not a note signed by this key.
            InvalidInclusionProof: the entry is not in that checkpoint at that index.
        """
        checkpoint = open_checkpoint(self.checkpoint, key, check_signature)
        leaf = leaf_hash(entry)
        check_inclusion(leaf, self.index, checkpoint.size, self.proof, checkpoint.root)
        return checkpoint


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
