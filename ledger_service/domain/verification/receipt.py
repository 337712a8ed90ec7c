"""A receipt: what a person keeps to prove later that an entry is in the ledger.

Entry, inclusion proof, signed checkpoint, where that checkpoint stands on chain, and a proof of what
the chain holds, in one JSON file that is checked offline. Written as version 2; version 1, which
people may have kept, is read as well. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidEntry,
    InvalidInput,
    InvalidJson,
    InvalidReceipt,
    InvalidStateProof,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    is_name,
    open_checkpoint,
)
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.verification import kept_file
from ledger_service.domain.verification.later import MOST_LATER, Later, LaterEntry, check_later

FORMAT, OLD_FORMAT = "muhr-receipt/2", "muhr-receipt/1"
MOST_KEYS = 64
LARGEST_RECEIPT_BYTES = 65_536
_TEXTS, _SIZE = ("creator", "language", "media_type", "title"), "size_bytes"
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
class LedgerKey:
    """A key of the ledger, and when it signed: from ≤ time < until; until is None for the present one."""

    key: str
    from_time: int
    until: int | None


@dataclass(frozen=True)
class Receipt:
    """entry: canonical bytes; proof: hashes of 32 bytes, leaf upward; checkpoint: the signed note.

    anchor is None while the checkpoint is not on chain yet. keys: what the issuer says of the ledger's
    keys, oldest first: a verifier trusts the one that it pins. terms: of the entry's license. state:
    proof of what the chain held; None if no node gave one. metadata: what is said of the resource, whose
    digest the entry has; None in receipts from before they carried it. later: what the ledger told of the
    resource since, in the order of its entries. described: its corrected record, whose digest
    the last of them of kind `described` has; None if there is none.
    """

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    anchor: AnchorReference | None
    keys: tuple[LedgerKey, ...] = ()
    terms: LicenseTerms | None = None
    state: StateProof | None = None
    metadata: Mapping[str, Any] | None = None
    later: tuple[LaterEntry, ...] = ()
    described: Mapping[str, Any] | None = None

    @property
    def origin(self) -> str:
        """The name of the ledger whose receipt it says it is."""
        return self.checkpoint.partition("\n")[0]

    def is_of_other_ledger(self, key: VerifierKey) -> bool:
        """Return whether it says that another ledger than this key's gave it; False if it names none."""
        return is_name(self.origin) and self.origin != key.name

    @property
    def record(self) -> Mapping[str, Any]:
        """What is said of the resource: as it was corrected, or as it was registered, or nothing."""
        return self.described or self.metadata or {}

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a JSON object; inverse of `from_json`."""
        told = {} if self.metadata is None else {"metadata": dict(self.metadata)}
        if self.described is not None:
            told["described"] = dict(self.described)
        later = {"later": [_later_to_json(item) for item in self.later]} if self.later else {}
        return {
            **told,
            **later,
            "format": FORMAT,
            "entry": self.entry.decode(),
            "index": self.index,
            "proof": [_base64(item) for item in self.proof],
            "checkpoint": self.checkpoint,
            "anchor": None if self.anchor is None else dict(vars(self.anchor)),
            "keys": [
                {"key": item.key, "from": item.from_time, "until": item.until} for item in self.keys
            ],
            "license": None if self.terms is None else _terms_to_json(self.terms),
            "state": None
            if self.state is None
            else {
                "header": _base64(self.state.header),
                "nodes": [_base64(item) for item in self.state.nodes],
            },
        }

    @classmethod
    def from_json(cls, value: Any) -> Receipt:
        """Return the receipt of a JSON object of either version; raise InvalidReceipt if malformed."""
        try:
            if value["format"] not in (FORMAT, OLD_FORMAT):
                raise InvalidReceipt("format", format=FORMAT, old_format=OLD_FORMAT)
            is_old = value["format"] == OLD_FORMAT
            kinds = {"index": int, "proof": list, "checkpoint": str}
            for name, kind in kinds.items():
                if type(value[name]) is not kind:
                    raise InvalidReceipt("part", name=name)
            value["checkpoint"].encode()
            anchor = value["anchor"]
            return cls(
                entry=value["entry"].encode(),
                index=value["index"],
                proof=tuple(_hash(item, is_old) for item in value["proof"]),
                checkpoint=value["checkpoint"],
                anchor=None if anchor is None else _anchor(anchor),
                keys=() if is_old else _keys(value["keys"]),
                terms=None if is_old else _terms(value["license"]),
                state=None if is_old else _state(value["state"]),
                metadata=None if is_old else _metadata(value.get("metadata")),
                later=() if is_old else _later(value.get("later")),
                described=None if is_old else _metadata(value.get("described")),
            )
        except (KeyError, TypeError, AttributeError, UnicodeEncodeError) as exc:
            raise InvalidReceipt("parts") from exc

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Return the receipt of a file's bytes; raise InvalidReceipt if it is malformed."""
        try:
            return kept_file.read(data, LARGEST_RECEIPT_BYTES, cls._of_content)
        except InvalidJson as exc:
            raise InvalidReceipt("not-json", cause=exc.reason) from exc

    @classmethod
    def _of_content(cls, content: bytes) -> Receipt:
        if len(content) > LARGEST_RECEIPT_BYTES:
            raise InvalidReceipt("too-long", most=LARGEST_RECEIPT_BYTES)
        return cls.from_json(canonical_json.parse(content))

    def format(self) -> bytes:
        """Return the canonical bytes of the receipt file; `parse` takes any spelling of them."""
        return canonical_json.canonicalize(self.to_json())

    def compress(self) -> bytes:
        """Return the receipt file compressed, as people keep it; `parse` takes either."""
        return kept_file.compress(self.format())

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
            raise InvalidReceipt("malformed", cause=exc.reason) from exc
        leaf = merkle.leaf_hash(self.entry)
        merkle.check_inclusion(leaf, self.index, checkpoint.size, self.proof, checkpoint.root)
        try:
            check_later(self.later, self.index, entry, checkpoint)
        except InvalidEntry as exc:
            raise InvalidReceipt("malformed", cause=exc.reason) from exc
        if self.terms is not None and self.terms.id.hex() != entry.facts.get("license"):
            raise InvalidReceipt("other-license")
        if self.metadata is not None and _digest(self.metadata) != entry.facts.get("metadata"):
            raise InvalidReceipt("other-metadata")
        corrected = Later.of(self.later, str(entry.facts.get("digest"))).record
        if corrected != (None if self.described is None else _digest(self.described)):
            raise InvalidReceipt("other-description")
        return entry, checkpoint


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json.canonicalize(record)).hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: object) -> bytes:
    """Return the bytes of canonical base64."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError) as exc:
        raise InvalidReceipt("not-base64") from exc
    if _base64(data) != text:
        raise InvalidReceipt("base64-not-canonical")
    return data


def _hash(item: object, is_old: bool) -> bytes:
    """Return a hash of the inclusion proof: hexadecimal in version 1, base64 in version 2."""
    data = bytes.fromhex(_hex32(item)) if is_old else _from_base64(item)
    if len(data) != 32:
        raise InvalidReceipt("proof-hash")
    return data


def _keys(value: Any) -> tuple[LedgerKey, ...]:
    if not isinstance(value, list) or len(value) > MOST_KEYS:
        raise InvalidReceipt("too-many-keys", most=MOST_KEYS)
    keys = []
    for item in value:
        start, until = item["from"], item["until"]
        is_open = until is None or (type(until) is int and until >= 0)
        if not isinstance(item["key"], str) or type(start) is not int or start < 0 or not is_open:
            raise InvalidReceipt("key-parts")
        item["key"].encode()
        keys.append(LedgerKey(item["key"], start, until))
    return tuple(keys)


def _terms_to_json(terms: LicenseTerms) -> dict[str, Any]:
    return {
        "uri": terms.uri,
        "policy": terms.policy_digest.hex(),
        "seats": terms.seats,
        "loan": terms.longest_loan_seconds,
        "self_service": int(terms.self_service),
    }


def _terms(value: Any) -> LicenseTerms | None:
    if value is None:
        return None
    numbers = [value[name] for name in ("seats", "loan", "self_service")]
    if not isinstance(value["uri"], str) or any(type(number) is not int for number in numbers):
        raise InvalidReceipt("license")
    if numbers[2] not in (0, 1):
        raise InvalidReceipt("self-service")
    policy = bytes.fromhex(_hex32(value["policy"]))
    try:
        return LicenseTerms(value["uri"], numbers[0], numbers[1], bool(numbers[2]), policy)
    except InvalidInput as exc:
        raise InvalidReceipt("license-terms", cause=exc.reason) from exc


def _metadata(value: Any) -> Mapping[str, Any] | None:
    """Return what is said of the resource, with whatever further members it has.

    Its form is not judged here: the entry commits to its bytes.
    """
    if value is None:
        return None
    if not isinstance(value, dict) or not {*_TEXTS, _SIZE} <= set(value):
        raise InvalidReceipt("metadata")
    size = value[_SIZE]
    if type(size) is not int or not all(isinstance(value[name], str) for name in _TEXTS):
        raise InvalidReceipt("metadata")
    return value


def _later_to_json(item: LaterEntry) -> dict[str, Any]:
    proof = [_base64(each) for each in item.proof]
    return {"entry": item.entry.decode(), "index": item.index, "proof": proof}


def _later(value: Any) -> tuple[LaterEntry, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_LATER:
        raise InvalidReceipt("too-many-later", most=MOST_LATER)
    found = []
    for item in value:
        if type(item["index"]) is not int or not isinstance(item["proof"], list):
            raise InvalidReceipt("later")
        proof = tuple(_hash(each, False) for each in item["proof"])
        found.append(LaterEntry(item["entry"].encode(), item["index"], proof))
    return tuple(found)


def _state(value: Any) -> StateProof | None:
    if value is None:
        return None
    if not isinstance(value["nodes"], list):
        raise InvalidReceipt("nodes")
    nodes = tuple(_from_base64(item) for item in value["nodes"])
    try:
        return StateProof(_from_base64(value["header"]), nodes)
    except InvalidStateProof as exc:
        raise InvalidReceipt("state", cause=exc.reason) from exc


def _hex32(item: object) -> str:
    if not isinstance(item, str) or not _HEX32.match(item):
        raise InvalidReceipt("hash")
    return item


def _anchor(value: Any) -> AnchorReference:
    numbers = value["chain_id"], value["block"]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise InvalidReceipt("anchor-number")
    if not isinstance(value["contract"], str) or not _ADDRESS.match(value["contract"]):
        raise InvalidReceipt("anchor-contract")
    return AnchorReference(
        chain_id=value["chain_id"],
        contract=value["contract"],
        ledger=_hex32(value["ledger"]),
        block=value["block"],
        transaction=_hex32(value["transaction"]),
    )
