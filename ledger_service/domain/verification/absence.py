"""Evidence of absence: what a person keeps to show that a digest was not in this ledger.

A map proof (verifiable_map.py) against the root that a `map` entry states, and the receipt of that
entry, in one JSON file that is checked offline. It speaks of one ledger, as of one checkpoint; it
says nothing of other ledgers, nor of what came later. Normative text: docs/formats.md §13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    InvalidAbsence,
    InvalidDigest,
    InvalidInput,
    InvalidJson,
    InvalidMapProof,
    InvalidReceipt,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.publication.verifiable_map import MapProof, check_absence
from ledger_service.domain.verification import kept_file
from ledger_service.domain.verification.receipt import LARGEST_RECEIPT_BYTES, Receipt

FORMAT = "muhr-absence/1"
LARGEST_ABSENCE_BYTES = LARGEST_RECEIPT_BYTES + 32_768


@dataclass(frozen=True)
class Absence:
    """proof: that the digest is not in a map; receipt: of the `map` entry with that map's root."""

    digest: Digest
    proof: MapProof
    receipt: Receipt

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as a JSON object; inverse of `from_json`."""
        return {
            "format": FORMAT,
            "digest": self.digest.hex(),
            "map": self.proof.to_json(),
            "receipt": self.receipt.to_json(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Absence:
        """Return the evidence of a JSON object; raise InvalidAbsence if it is malformed."""
        try:
            if value["format"] != FORMAT:
                raise InvalidAbsence("format", format=FORMAT)
            return cls(
                Digest.parse(value["digest"]),
                MapProof.from_json(value["map"]),
                Receipt.from_json(value["receipt"]),
            )
        except (KeyError, TypeError) as exc:
            raise InvalidAbsence("parts") from exc
        except (InvalidDigest, InvalidReceipt) as exc:
            raise InvalidAbsence("malformed", cause=exc.reason) from exc

    @classmethod
    def parse(cls, data: bytes) -> Absence:
        """Return the evidence of a file's bytes; raise InvalidAbsence if it is malformed."""
        try:
            return kept_file.read(data, LARGEST_ABSENCE_BYTES, cls._of_content)
        except InvalidJson as exc:
            raise InvalidAbsence("not-json", cause=exc.reason) from exc

    @classmethod
    def _of_content(cls, content: bytes) -> Absence:
        if len(content) > LARGEST_ABSENCE_BYTES:
            raise InvalidAbsence("too-long", most=LARGEST_ABSENCE_BYTES)
        return cls.from_json(canonical_json.parse(content))

    def format(self) -> bytes:
        """Return the canonical bytes of the file; `parse` takes any spelling of them."""
        return canonical_json.canonicalize(self.to_json())

    def compress(self) -> bytes:
        """Return the file compressed; `parse` takes either."""
        return kept_file.compress(self.format())

    def check(self, key: VerifierKey, check_signature: CheckSignature) -> tuple[Entry, Checkpoint]:
        """Return the map entry and the checkpoint if the digest was not among the first entries.

        Among how many is the entry's `size`, which is its own index.

        Raises:
            InvalidReceipt: the entry or the checkpoint is malformed, or the entry is of another kind.
            InvalidCheckpointSignature: not signed by this key.
            InvalidInclusionProof: the map entry is not in that checkpoint at that index.
            InvalidMapProof: the digest's path does not lead to the entry's root.
        """
        entry, checkpoint = self.receipt.check(key, check_signature)
        if entry.kind != "map":
            raise InvalidReceipt("not-map", kind=entry.kind)
        if entry.number("size") != self.receipt.index:
            raise InvalidMapProof("size")
        check_absence(self.digest, self.proof, bytes.fromhex(entry.text("root")))
        return entry, checkpoint


def is_absence(data: bytes) -> bool:
    """Return whether a file calls itself evidence of absence; it may still be malformed."""
    try:
        kept_file.read(data, LARGEST_ABSENCE_BYTES, _check_called_absence)
    except InvalidInput:
        return False
    return True


def _check_called_absence(content: bytes) -> None:
    value = canonical_json.parse(content[: LARGEST_ABSENCE_BYTES + 1])
    if not (isinstance(value, dict) and value.get("format") == FORMAT):
        raise InvalidAbsence("format", format=FORMAT)
