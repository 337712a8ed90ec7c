"""Two verifiers, in Python and in JavaScript, judge the same receipts, good and bad, and alike."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.services.verification.check_receipt import StateView, check_receipt
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

FILE = PROJECT / "tests" / "vectors" / "receipts" / "receipts.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
DEPLOYMENT = Deployment.parse(json.dumps(VECTORS["deployment"]))


def by_python(case: dict[str, Any]) -> object:
    known, data = case["block_hash"], case["receipt"]
    view = StateView(DEPLOYMENT, None if known is None else bytes.fromhex(known))
    try:
        verdict = check_receipt(
            Digest.parse(case["digest"]),
            Receipt.parse(data.encode() if isinstance(data, str) else data),
            VerifierKey.parse(DEPLOYMENT.key),
            check_ed25519,
            None,
            state_view=view,
        )
    except LedgerError as exc:
        return exc.slug()
    return {
        axis.value: [finding.outcome.value, *finding.reason.to_json().values()]
        for axis, finding in verdict.findings.items()
    }


def outcomes(found: Any) -> Any:
    """Return the outcome on each axis, or the slug of an error as it is."""
    return {axis: item[0] for axis, item in found.items()} if isinstance(found, dict) else found


def check(case: dict[str, Any], found: Any) -> None:
    """Check that a verifier finds what a case expects, and for the reasons that it names."""
    assert outcomes(found) == case["expect"], case["name"]
    for axis, wanted in case.get("because", {}).items():
        _, reason, values = found[axis]
        assert (reason, {**values, **wanted["values"]}) == (wanted["reason"], values), case["name"]


@pytest.fixture(scope="module")
def by_javascript() -> list[object]:
    """Return what the other verifier finds, all cases by one process."""
    script = Path(__file__).with_name("check_receipts.mjs")
    done = subprocess.run([NODE, script, FILE], capture_output=True, check=True, timeout=300)
    found: list[object] = json.loads(done.stdout)
    return found


def test_there_are_cases_of_every_sort() -> None:
    expected = [case["expect"] for case in VECTORS["cases"]]
    judged = [item for item in expected if isinstance(item, dict)]
    assert sum(set(item.values()) == {"pass"} for item in judged) >= 8
    assert sum(isinstance(item, str) for item in expected) >= 40
    for axis in ("bytes", "ledger", "steward", "withdrawal", "supersession", "license", "anchor"):
        found = {item[axis] for item in judged}
        assert found >= {"pass", "fail"}, axis


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_python_finds_what_is_expected(case: dict[str, Any]) -> None:
    check(case, by_python(case))


def test_javascript_finds_what_is_expected(by_javascript: list[object]) -> None:
    assert len(by_javascript) == len(VECTORS["cases"])
    for case, found in zip(VECTORS["cases"], by_javascript, strict=True):
        check(case, found)
