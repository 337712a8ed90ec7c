"""Bits of a whole receipt file changed, state proof included: both verifiers find the same, and take none.

Only what nothing signs may change and leave the verdict as it was: where the anchor is said to be, which
a verifier looks up for itself, and what the issuer says of its keys, of which it pins one.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.mutations import NODE
from tests.unit.verification.test_receipt_vectors import FILE, VECTORS, by_python, outcomes

NAME, STEP = "entry 4 of 7", 151
SCRIPT = Path(__file__).with_name("check_receipts.mjs")
UNSIGNED = ('"anchor":{', '"keys":[')


def changed_files(whole: bytes) -> list[bytes]:
    """Return the file with every STEP-th bit changed, one in each."""
    files = []
    for bit in range(0, 8 * len(whole), STEP):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        files.append(bytes(changed))
    return files


def places_that_nothing_signs(text: str) -> set[int]:
    """Return where in a receipt's text the values of anchor and keys stand."""
    starts = [text.index(name) + len(name) for name in UNSIGNED]
    return {place for start in starts for place in range(start, text.index("}", start))}


@pytest.mark.slow
def test_a_changed_bit_is_noticed_by_both_verifiers_alike() -> None:
    [case] = [case for case in VECTORS["cases"] if case["name"] == NAME]
    text: str = case["receipt"]
    whole = text.encode()
    free = places_that_nothing_signs(text)
    files = changed_files(whole)
    assert len(files) > 250
    mine: list[Any] = []
    for number, data in enumerate(files):
        found = outcomes(by_python({**case, "receipt": data}))
        mine.append(found)
        if found == case["expect"]:
            place = number * STEP // 8
            assert len(whole[:place].decode(errors="ignore")) in free, whole[
                place - 20 : place + 20
            ]
        else:
            assert isinstance(found, str) or {"fail", "not checked"} & set(found.values())
    done = subprocess.run(
        [NODE, SCRIPT, FILE, NAME, str(STEP)], capture_output=True, check=True, timeout=300
    )
    assert list(map(outcomes, json.loads(done.stdout))) == mine
