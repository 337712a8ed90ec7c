"""Two verifiers, in Python and in JavaScript, judge the same evidence of absence, good and bad, and alike."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.cli.verification.verify import read_evidence
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.absence import Absence
from ledger_service.services.verification.check_evidence import check_evidence
from ledger_service.services.verification.check_receipt import check_receipt
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

FILE = PROJECT / "tests" / "vectors" / "absence" / "absences.json"
SCRIPT = Path(__file__).with_name("check_absences.mjs")
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
KEY = VerifierKey.parse(Deployment.parse(json.dumps(VECTORS["deployment"])).key)
CHANGED, STEP = "that ends at another leaf", 3


def by_python(digest: str, data: bytes) -> object:
    asked = Digest.parse(digest)
    try:
        given = read_evidence(data)
        check = check_evidence if isinstance(given, Absence) else check_receipt
        verdict = check(asked, given, KEY, check_ed25519, None)  # type: ignore[arg-type]
    except LedgerError as exc:
        return exc.slug()
    outcomes = {axis.value: item.outcome.value for axis, item in verdict.findings.items()}
    return {"verdict": verdict.state.value, **outcomes}


def by_javascript(*arguments: str) -> list[object]:
    command = [NODE, SCRIPT, FILE, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, timeout=300)
    found: list[object] = json.loads(done.stdout)
    return found


def test_there_are_cases_of_every_sort() -> None:
    expected = [case["expect"] for case in VECTORS["cases"]]
    words = [item["verdict"] for item in expected if isinstance(item, dict)]
    assert words.count("not_registered") >= 10
    assert words.count("not_checked") >= 15
    assert expected.count("invalid-absence") >= 25


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_python_finds_what_is_expected(case: dict[str, Any]) -> None:
    assert by_python(case["digest"], case["evidence"].encode()) == case["expect"]


def test_javascript_finds_what_is_expected() -> None:
    found = by_javascript()
    assert len(found) == len(VECTORS["cases"])
    for case, item in zip(VECTORS["cases"], found, strict=True):
        assert item == case["expect"], case["name"]


@pytest.mark.slow
def test_no_changed_bit_of_a_file_is_taken_and_both_find_the_same() -> None:
    [case] = [case for case in VECTORS["cases"] if case["name"] == CHANGED]
    whole = case["evidence"].encode()
    mine = []
    for bit in range(0, 8 * len(whole), STEP):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        mine.append(by_python(case["digest"], bytes(changed)))
    assert len(mine) > 1500
    taken = [item for item in mine if isinstance(item, dict) and item["verdict"] != "not_checked"]
    # None: neither anchor nor keys, which nothing signs, are in this file.
    assert taken == []
    assert by_javascript(CHANGED, str(STEP)) == mine
