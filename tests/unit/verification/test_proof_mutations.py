"""No single changed bit of a proof, root, leaf or index is taken, by the verifier in Python or JavaScript.

The sizes are those of tests/mutations.py: 1 to 512, and some up to 2^62. Here each 31st bit of every hash
is changed, and 64 bits of the index; tests/live/test_every_bit.py changes every bit.

The *size* is not among what is changed here, because RFC 9162 inclusion does not bind it: a proof for
index 0 of 5 entries has the shape of one for index 0 of 7 entries, so the same hashes lead to the same
root. The size is bound where it is signed, in the checkpoint, and by the anchor, which is found by
its size; there every bit is changed by the second half of this file.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import InvalidReceipt, VerificationError
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.receipt import Receipt
from scripts.report.kept import keep
from tests.mutations import (
    ROWS,
    changes,
    counted_by_javascript,
    counted_by_python,
    flipped,
    is_taken,
    path_of,
    root_of,
)
from tests.unit.verification.test_receipt_vectors import DEPLOYMENT, VECTORS

STEP = 31
COMMAND = "python -m pytest -m slow tests/unit/verification/test_proof_mutations.py"


@pytest.mark.slow
def test_python_refuses_changed_bits() -> None:
    expected = {"held": len(ROWS), "refused": changes(STEP), "taken": 0}
    found = counted_by_python(STEP)
    keep("proofs-python", COMMAND, {"cases": found["refused"], "failures": found["taken"]})
    assert found == expected


@pytest.mark.slow
def test_javascript_refuses_changed_bits() -> None:
    expected = {"held": len(ROWS), "refused": changes(STEP), "taken": 0}
    found = counted_by_javascript(STEP)
    keep("proofs-js", COMMAND, {"cases": found["refused"], "failures": found["taken"]})
    assert found == expected


def test_a_bare_inclusion_proof_does_not_bind_the_size() -> None:
    leaf, path = root_of(0, 1), path_of(0, 0, 7, root_of)
    assert is_taken(leaf, 0, 7, root_of(0, 7), path)
    assert is_taken(leaf, 0, 5, root_of(0, 7), path)


# ---- where the size is signed ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def receipt() -> Receipt:
    """Return the receipt of the vectors that a checkpoint of 7 entries covers."""
    case = next(case for case in VECTORS["cases"] if case["name"] == "no state proof")
    return Receipt.parse(case["receipt"].encode())


def test_every_changed_bit_of_a_checkpoint_is_refused(receipt: Receipt) -> None:
    key = VerifierKey.parse(DEPLOYMENT.key)
    receipt.check(key, check_ed25519)
    for other in flipped(receipt.checkpoint.encode()):
        try:
            note = other.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises((VerificationError, InvalidReceipt)):
            replace(receipt, checkpoint=note).check(key, check_ed25519)


@pytest.mark.slow
def test_every_changed_bit_of_an_entry_is_refused(receipt: Receipt) -> None:
    key = VerifierKey.parse(DEPLOYMENT.key)
    for other in flipped(receipt.entry):
        with pytest.raises((VerificationError, InvalidReceipt)):
            replace(receipt, entry=other).check(key, check_ed25519)
