"""Two verifiers, in Python and in JavaScript, judge the same files of authors' signatures alike."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.services.authorship.check_file import check_file
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

FILE = PROJECT / "tests" / "vectors" / "authors" / "authors.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
RECEIPTS = PROJECT / "tests" / "vectors" / "receipts" / "receipts.json"
MUHR_VERIFY = PROJECT / "ledger_service" / "web" / "static" / "verifier" / "muhr-verify.mjs"
KEY = VerifierKey.parse(VECTORS["key"])


def by_python(case: dict[str, Any]) -> object:
    data, work = case["file"].encode(), Digest.parse(case["digest"])
    try:
        found = check_file(data, work, is_signed_by_key, KEY, check_ed25519)
    except LedgerError as exc:
        return exc.slug()
    return {
        "signatures": [state.value for state in found.checked.states],
        "is_this_file": found.is_work,
        "entry": found.entry,
    }


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_python_finds_what_the_case_expects(case: dict[str, Any]) -> None:
    assert by_python(case) == case["expect"]


def test_javascript_finds_what_each_case_expects() -> None:
    script = Path(__file__).with_name("check_authors.mjs")
    answer = subprocess.run(
        [NODE, script, FILE], capture_output=True, text=True, check=True, timeout=120
    )
    found = json.loads(answer.stdout)
    told = {case["name"]: one for case, one in zip(VECTORS["cases"], found, strict=True)}
    assert told == {case["name"]: case["expect"] for case in VECTORS["cases"]}


def command(folder: Path, case: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Verify the book of the vectors by its receipt and by the file of signatures of a case."""
    receipts = json.loads(RECEIPTS.read_text("utf-8"))
    [kept] = [one["receipt"] for one in receipts["cases"] if one["name"] == "no state proof"]
    [signed] = [one["file"] for one in VECTORS["cases"] if one["name"] == case]
    given = {"book": "a book", "receipt.json": kept, "authors.json": signed}
    given["deployment.json"] = json.dumps(receipts["deployment"])
    for name, text in given.items():
        (folder / name).write_text(text, "utf-8")
    named = ["--receipt", "receipt.json", "--authors", "authors.json"]
    return subprocess.run(
        [NODE, MUHR_VERIFY, "book", *named, "--deployment", "deployment.json", *more],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={"MUHR_LANG": "en"},
    )


def test_the_command_for_node_says_who_signed(tmp_path: Path) -> None:
    told = command(tmp_path, "two wallets")
    assert "Signed by all of its 2 authors." in told.stdout
    assert "1. Malika: signature holds (0x" in told.stdout
    assert "The ledger attests it as entry 4." in told.stdout
    assert told.returncode == 3  # of the receipt, whose block is not known
    refused = command(tmp_path, "by another key")
    assert ("Not signed by all" in refused.stdout, refused.returncode) == (True, 1)
    signed = json.loads(command(tmp_path, "a contract", "--json").stdout)["signed"]
    assert [one["signature"] for one in signed["authors"]] == ["not-checked", "holds"]
    other = command(tmp_path, "another name")
    assert (other.returncode, "not the one that was signed" in other.stderr) == (2, True)
