"""The compact form of receipts: it comes back whole, and what was changed is refused by both readers."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import InvalidReceipt, VerificationError
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.verification.compact_receipt import compact, expand
from ledger_service.domain.verification.receipt import Receipt
from tests.mutations import NODE
from tests.unit.verification.test_receipt_vectors import DEPLOYMENT, VECTORS

KEY = VerifierKey.parse(DEPLOYMENT.key)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GOOD = [
    Receipt.parse(case["receipt"].encode())
    for case in VECTORS["cases"]
    if case["name"].startswith("entry ") and case["block_hash"]
]
TEXT = compact(GOOD[1], KEY)


def changed() -> list[str]:
    """Return the text with each letter changed to the next, and with each bit of every tenth."""
    found = []
    for place, letter in enumerate(TEXT):
        value = ALPHABET.index(letter)
        others = [1 << bit for bit in range(6)] if place % 10 == 0 else [1]
        for flip in others:
            found.append(TEXT[:place] + ALPHABET[value ^ flip] + TEXT[place + 1 :])
    return found


BAD = [
    *("", "A", "AQ", "AQE", TEXT[:-4], TEXT + "AAAA", TEXT + "=", "*" + TEXT, "é", TEXT[:-1]),
    "Ag" + TEXT[2:],
    "A" * 6000,
    *changed(),
]


def is_taken(text: str) -> bool:
    try:
        expand(text).check(KEY, check_ed25519)
    except (InvalidReceipt, VerificationError):
        return False
    return True


@pytest.mark.parametrize("receipt", GOOD, ids=lambda receipt: f"index {receipt.index}")
def test_it_comes_back_whole_but_for_the_chain(receipt: Receipt) -> None:
    small = replace(receipt, anchor=None, keys=(), terms=None, state=None, metadata=None)
    assert expand(compact(receipt, KEY)) == small
    assert is_taken(compact(receipt, KEY))


def test_python_takes_nothing_that_was_changed() -> None:
    assert [text for text in BAD if is_taken(text)] == []


def test_javascript_takes_what_python_takes() -> None:
    texts = [*(compact(receipt, KEY) for receipt in GOOD), *BAD]
    script = Path(__file__).with_name("check_compact.mjs")
    told = json.dumps({"key": DEPLOYMENT.key, "texts": texts}).encode()
    done = subprocess.run([NODE, script], input=told, capture_output=True, check=True, timeout=120)
    assert json.loads(done.stdout) == [True] * len(GOOD) + [False] * len(BAD)


def test_a_million_entries_fit_a_code_that_phones_read() -> None:
    proof = tuple(bytes([number]) * 32 for number in range(20))
    assert len(compact(replace(GOOD[0], index=999_999, proof=proof), KEY)) < 1400


def test_an_entry_of_another_kind_or_without_our_signature_has_none() -> None:
    steward = Entry("steward", 1, {"steward": "11" * 32, "block": 1})
    for changes in ({"entry": steward.format()},):
        with pytest.raises(InvalidReceipt):
            compact(replace(GOOD[0], **changes), KEY)
    with pytest.raises(InvalidReceipt):
        compact(GOOD[0], VerifierKey(KEY.name, bytes(range(32))))


def test_an_index_below_zero_has_none() -> None:
    with pytest.raises(InvalidReceipt):
        compact(replace(GOOD[1], index=-1), KEY)
