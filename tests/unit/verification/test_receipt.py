"""Receipts: what a person keeps, checked offline, and refused in every other shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain import canonical_json
from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.errors import (
    InvalidCheckpointSignature,
    InvalidInclusionProof,
    InvalidReceipt,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Metadata
from ledger_service.domain.verification.receipt import AnchorReference, LedgerKey, Receipt

HEX = "ab" * 32
BASE64 = base64.b64encode(bytes(32)).decode()
TOO_LONG = base64.b64encode(bytes(1025)).decode()
LICENSE = {"uri": "https://a.uz", "policy": HEX, "seats": 1, "loan": 60, "self_service": 0}
ENTRY = Entry("steward", 1_767_600_000, {"steward": HEX, "block": 3})
ANCHOR = AnchorReference(1337, "cd" * 20, HEX, 9, "ef" * 32)


@pytest.fixture
def receipt(signer: Ed25519Signer) -> Receipt:
    """Return a receipt for the second of two entries."""
    leaves = [merkle.leaf_hash(b"first"), merkle.leaf_hash(ENTRY.format())]
    root = merkle.root_of_leaves(leaves)
    note = sign_note(Checkpoint(signer.key.name, 2, root).format(), signer.key, signer.sign)
    return Receipt(ENTRY.format(), 1, (leaves[0],), note, ANCHOR)


def test_a_receipt_holds_for_its_entry(receipt: Receipt, signer: Ed25519Signer) -> None:
    entry, checkpoint = receipt.check(signer.key, check_ed25519)
    assert entry == ENTRY
    assert checkpoint.size == 2


@pytest.mark.parametrize("anchor", [None, ANCHOR])
def test_parsing_undoes_formatting(receipt: Receipt, anchor: AnchorReference | None) -> None:
    kept = replace(receipt, anchor=anchor)
    assert Receipt.parse(kept.format()) == kept


def test_any_spelling_of_the_json_is_taken(receipt: Receipt) -> None:
    assert Receipt.parse(b" \n" + receipt.format() + b"\n") == receipt


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "muhr-receipt/3"),
        ("format", None),
        ("entry", 7),
        ("entry", None),
        ("entry", "\ud800"),
        ("index", "1"),
        ("index", True),
        ("index", None),
        ("proof", None),
        ("proof", HEX),
        ("proof", {HEX: 1}),
        ("proof", [HEX]),
        ("proof", [BASE64[:-1]]),
        ("proof", [BASE64[:-2] + "B="]),  # bits beyond the last byte
        ("proof", ["AAAA"]),
        ("proof", ["\u00e9"]),
        ("proof", [7]),
        ("checkpoint", 7),
        ("checkpoint", "\ud800"),
        ("anchor", 7),
        ("anchor", {}),
        ("anchor", {**vars(ANCHOR), "chain_id": -1}),
        ("anchor", {**vars(ANCHOR), "block": "9"}),
        ("anchor", {**vars(ANCHOR), "block": True}),
        ("anchor", {**vars(ANCHOR), "contract": "cd" * 19}),
        ("anchor", {**vars(ANCHOR), "contract": 7}),
        ("anchor", {**vars(ANCHOR), "ledger": "x"}),
        ("anchor", {**vars(ANCHOR), "transaction": None}),
        ("keys", None),
        ("keys", [7]),
        ("keys", [{"key": 7, "from": 0, "until": None}]),
        ("keys", [{"key": "\ud800", "from": 0, "until": None}]),
        ("keys", [{"key": "k", "from": -1, "until": None}]),
        ("keys", [{"key": "k", "from": 0, "until": "never"}]),
        ("keys", [{"key": "k", "from": 0}]),
        ("keys", [{"key": "k", "from": 0, "until": None}] * 65),
        ("license", 7),
        ("license", {}),
        ("license", {**LICENSE, "uri": 7}),
        ("license", {**LICENSE, "uri": "ftp://example.uz"}),
        ("license", {**LICENSE, "policy": "00"}),
        ("license", {**LICENSE, "seats": 0}),
        ("license", {**LICENSE, "seats": True}),
        ("license", {**LICENSE, "self_service": 2}),
        ("state", 7),
        ("state", {}),
        ("state", {"header": "AAAA", "nodes": None}),
        ("state", {"header": 7, "nodes": []}),
        ("state", {"header": "AAA", "nodes": []}),
        ("state", {"header": "AAAA", "nodes": ["AAAA"] * 257}),
        ("state", {"header": "AAAA", "nodes": [TOO_LONG]}),
    ],
)
def test_a_malformed_part_is_refused(receipt: Receipt, name: str, value: Any) -> None:
    with pytest.raises(InvalidReceipt):
        Receipt.from_json({**receipt.to_json(), name: value})


@pytest.mark.parametrize(
    "name",
    [
        *("format", "entry", "index", "proof", "checkpoint", "anchor", "keys", "license", "state"),
    ],
)
def test_a_missing_part_is_refused(receipt: Receipt, name: str) -> None:
    value = receipt.to_json()
    del value[name]
    with pytest.raises(InvalidReceipt):
        Receipt.from_json(value)


@pytest.mark.parametrize("value", [None, [], 7, "text", {}])
def test_json_that_is_no_object_is_no_receipt(value: object) -> None:
    with pytest.raises(InvalidReceipt):
        Receipt.from_json(value)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"{", b"\xff", b"[" * 60_000, b" " * 65_537])
def test_a_file_of_another_kind_is_no_receipt(data: bytes) -> None:
    with pytest.raises(InvalidReceipt):
        Receipt.parse(data)


@pytest.mark.parametrize("entry", [b"", b"not an entry", ENTRY.format() + b" "])
def test_a_receipt_for_bytes_that_are_no_entry_is_refused(
    receipt: Receipt, signer: Ed25519Signer, entry: bytes
) -> None:
    with pytest.raises(InvalidReceipt):
        replace(receipt, entry=entry).check(signer.key, check_ed25519)


@pytest.mark.parametrize("note", ["", "no note", "a\n\n\u2014 name AAAAAAAA\n"])
def test_a_receipt_with_a_malformed_checkpoint_is_refused(
    receipt: Receipt, signer: Ed25519Signer, note: str
) -> None:
    with pytest.raises((InvalidReceipt, InvalidCheckpointSignature)):
        replace(receipt, checkpoint=note).check(signer.key, check_ed25519)


def test_a_receipt_of_another_origin_is_refused(
    receipt: Receipt, new_signer: Callable[..., Ed25519Signer], signer: Ed25519Signer
) -> None:
    text = Checkpoint("elsewhere.example/x", 2, bytes(32)).format()
    note = sign_note(text, signer.key, signer.sign)
    with pytest.raises(InvalidReceipt, match=r"invalid-receipt.malformed"):
        replace(receipt, checkpoint=note).check(signer.key, check_ed25519)
    stranger = new_signer(seed="a stranger")
    with pytest.raises(InvalidCheckpointSignature):
        receipt.check(stranger.key, check_ed25519)


@pytest.mark.parametrize(
    "changes", [{"index": 0}, {"index": 2}, {"index": -1}, {"proof": ()}, {"proof": (bytes(32),)}]
)
def test_a_receipt_whose_proof_does_not_hold_is_refused(
    receipt: Receipt, signer: Ed25519Signer, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInclusionProof):
        replace(receipt, **changes).check(signer.key, check_ed25519)


def test_another_entry_does_not_pass_under_the_same_proof(
    receipt: Receipt, signer: Ed25519Signer
) -> None:
    other = Entry("steward", ENTRY.at, {"steward": HEX, "block": 4})
    with pytest.raises(InvalidInclusionProof):
        replace(receipt, entry=other.format()).check(signer.key, check_ed25519)


def test_the_first_version_is_read_as_it_was_written(receipt: Receipt) -> None:
    value = receipt.to_json()
    old = {name: value[name] for name in ("entry", "index", "checkpoint", "anchor")}
    old |= {"format": "muhr-receipt/1", "proof": [item.hex() for item in receipt.proof]}
    assert Receipt.parse(json.dumps(old).encode()) == receipt
    with pytest.raises(InvalidReceipt):
        Receipt.from_json({**old, "proof": value["proof"]})


def test_license_keys_and_state_come_back(receipt: Receipt) -> None:
    full = replace(
        receipt,
        keys=(LedgerKey("a", 0, 7), LedgerKey("b", 7, None)),
        terms=LicenseTerms("https://example.uz/terms", 2, 60, True),
        state=StateProof(b"header", (b"node", b"")),
    )
    assert Receipt.parse(full.format()) == full


def test_the_terms_of_another_license_are_refused(signer: Ed25519Signer, receipt: Receipt) -> None:
    other = replace(receipt, terms=LicenseTerms("https://example.uz/terms", 2, 60, True))
    with pytest.raises(InvalidReceipt, match=r"invalid-receipt.other-license"):
        other.check(signer.key, check_ed25519)


def test_the_metadata_of_another_resource_are_refused(
    signer: Ed25519Signer, receipt: Receipt
) -> None:
    other = replace(receipt, metadata=Metadata("Another", "application/pdf", 1).to_json())
    assert Receipt.parse(other.format()) == other
    with pytest.raises(InvalidReceipt, match=r"invalid-receipt.other-metadata"):
        other.check(signer.key, check_ed25519)


def test_a_receipt_file_is_canonical_json(receipt: Receipt) -> None:
    assert canonical_json.parse_canonical(receipt.format()) == receipt.to_json()
