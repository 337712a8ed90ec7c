"""The proof that a ledger signed two histories: two notes under one key of which neither extends the other.

Whoever has the ledger's key checks it, and needs nothing else: what the larger tree holds at the size of
the smaller is shown by a consistency proof, and it is not what the smaller note says. Normative text:
docs/consortium.md.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Self

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidForkProof, InvalidJson, LedgerError
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey, open_checkpoint
from ledger_service.domain.ledger.merkle import check_consistency

VERSION = "muhr-fork/1"
LARGEST_BYTES = 64 * 1024
_PARTS = frozenset({"type", "smaller", "larger", "root", "proof"})


@dataclass(frozen=True)
class ForkProof:
    """smaller, larger: signed notes of one origin, by their sizes; they may be of one size.

    root: what the larger tree has at the smaller size, 32 bytes; proof: hashes that show it.
    """

    smaller: str
    larger: str
    root: bytes
    proof: tuple[bytes, ...]

    def check(self, key: VerifierKey, check_signature: CheckSignature) -> None:
        """Check that the holder of the key signed two histories; raise InvalidForkProof otherwise."""
        try:
            small = open_checkpoint(self.smaller, key, check_signature)
            large = open_checkpoint(self.larger, key, check_signature)
            check_consistency(small.size, self.root, large.size, large.root, self.proof)
        except LedgerError as exc:
            raise InvalidForkProof("broken", why=exc.reason) from exc
        if small.root == self.root:
            raise InvalidForkProof("one-history", size=small.size)

    def format(self) -> str:
        """Return the JSON text; inverse of `parse`."""
        value = {
            "type": VERSION,
            "smaller": self.smaller,
            "larger": self.larger,
            "root": base64.b64encode(self.root).decode(),
            "proof": [base64.b64encode(node).decode() for node in self.proof],
        }
        return canonical_json.canonicalize(value).decode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the proof of a JSON text, which is not checked; raise InvalidForkProof for another form."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.keys() != _PARTS or value["type"] != VERSION:
                raise InvalidForkProof("form")
            smaller, larger = value["smaller"], value["larger"]
            if not (isinstance(smaller, str) and isinstance(larger, str)):
                raise InvalidForkProof("form")
            proof = tuple(base64.b64decode(node, validate=True) for node in value["proof"])
            return cls(smaller, larger, base64.b64decode(value["root"], validate=True), proof)
        except (InvalidJson, binascii.Error, AttributeError, TypeError, ValueError) as exc:
            raise InvalidForkProof("form") from exc
