"""A receipt: what a person keeps to prove later that an entry is in the ledger.

Entry, inclusion proof, signed checkpoint and where that checkpoint stands on chain, in one JSON
file that is checked offline. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json, merkle
from ledger_service.domain.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    open_checkpoint,
)
from ledger_service.domain.entry import Entry
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidEntry,
    InvalidJson,
    InvalidReceipt,
)

FORMAT = "muhr-receipt/1"
LARGEST_RECEIPT_BYTES = 65_536
_HEX32 = re.compile(r"[0-9a-f]{64}\Z")
_ADDRESS = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class AnchorReference:
    """Where a checkpoint stands on chain: contract of 40 hex, the rest of 64 hex or numbers."""

    chain_id: int
    contract: str
    ledger: str
    block: int
    transaction: str


@dataclass(frozen=True)
class Receipt:
    """entry: canonical bytes; proof: hashes of 32 bytes, leaf upward; checkpoint: the signed note.

    anchor is None while the checkpoint is not on chain yet.
    """

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    anchor: AnchorReference | None

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a JSON object; inverse of `from_json`."""
        return {
            "format": FORMAT,
            "entry": self.entry.decode(),
            "index": self.index,
            "proof": [item.hex() for item in self.proof],
            "checkpoint": self.checkpoint,
            "anchor": None if self.anchor is None else dict(vars(self.anchor)),
        }

    @classmethod
    def from_json(cls, value: Any) -> Receipt:
        """Return the receipt of a JSON object; raise InvalidReceipt if it is malformed."""
        try:
            if value["format"] != FORMAT:
                raise InvalidReceipt(f"Not a receipt of format {FORMAT}.")
            kinds = {"index": int, "proof": list, "checkpoint": str}
            for name, kind in kinds.items():
                if type(value[name]) is not kind:
                    raise InvalidReceipt(f"The receipt's {name} is malformed.")
            value["checkpoint"].encode()
            proof = tuple(bytes.fromhex(_hex32(item)) for item in value["proof"])
            anchor = value["anchor"]
            return cls(
                entry=value["entry"].encode(),
                index=value["index"],
                proof=proof,
                checkpoint=value["checkpoint"],
                anchor=None if anchor is None else _anchor(anchor),
            )
        except (KeyError, TypeError, AttributeError, UnicodeEncodeError) as exc:
            raise InvalidReceipt("The receipt lacks a part or has one of another kind.") from exc

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Return the receipt of a file's bytes; raise InvalidReceipt if it is malformed."""
        if len(data) > LARGEST_RECEIPT_BYTES:
            raise InvalidReceipt(f"A receipt is at most {LARGEST_RECEIPT_BYTES} bytes.")
        try:
            return cls.from_json(canonical_json.parse(data))
        except InvalidJson as exc:
            raise InvalidReceipt(f"The receipt is not JSON: {exc.detail}") from exc

    def format(self) -> bytes:
        """Return the canonical bytes of the receipt file; `parse` takes any spelling of them."""
        return canonical_json.canonicalize(self.to_json())

    def check(self, key: VerifierKey, check_signature: CheckSignature) -> tuple[Entry, Checkpoint]:
        """Return the entry and checkpoint if the ledger signed for this entry.

        Raises:
            InvalidReceipt: the entry or the checkpoint is malformed.
            InvalidCheckpointSignature: not signed by this key.
            InvalidInclusionProof: the entry is not in that checkpoint at that index.
        """
        try:
            checkpoint = open_checkpoint(self.checkpoint, key, check_signature)
            entry = Entry.parse(self.entry)
        except (InvalidCheckpoint, InvalidEntry) as exc:
            raise InvalidReceipt(f"The receipt is malformed: {exc.detail}") from exc
        leaf = merkle.leaf_hash(self.entry)
        merkle.check_inclusion(leaf, self.index, checkpoint.size, self.proof, checkpoint.root)
        return entry, checkpoint


def _hex32(item: object) -> str:
    if not isinstance(item, str) or not _HEX32.match(item):
        raise InvalidReceipt("A hash in the receipt is not 64 lower-case hexadecimal digits.")
    return item


def _anchor(value: Any) -> AnchorReference:
    numbers = value["chain_id"], value["block"]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise InvalidReceipt("The receipt's anchor has a malformed number.")
    if not isinstance(value["contract"], str) or not _ADDRESS.match(value["contract"]):
        raise InvalidReceipt("The receipt's anchor has a malformed contract address.")
    return AnchorReference(
        chain_id=value["chain_id"],
        contract=value["contract"],
        ledger=_hex32(value["ledger"]),
        block=value["block"],
        transaction=_hex32(value["transaction"]),
    )
