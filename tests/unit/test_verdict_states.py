"""Ten answers to “is it authentic?”: Python and JavaScript decide alike, and each answer has its words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ledger_service import messages
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import Axis
from ledger_service.domain.verification.verdict_state import (
    REASONS_OF_OFFLINE,
    REASONS_OF_WAITING,
    VerdictState,
    state_of,
)
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

FILE = PROJECT / "tests" / "vectors" / "verdicts" / "states.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
IN_JAVASCRIPT_ONLY = {"no-chain-asked", "compare-block-with-node", "accredited-at-node"}


def by_python(case: dict[str, Any]) -> VerdictState:
    told = {axis.value: ("pass", "in-checkpoint") for axis in Axis}
    told |= {axis: (outcome, reason) for axis, (outcome, reason) in case["changes"].items()}
    return state_of(told, is_registered=case["is_registered"], is_as_told=case["is_as_told"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_python_decides_as_expected(case: dict[str, Any]) -> None:
    assert by_python(case) == case["expect"]


def test_javascript_decides_as_expected_with_the_same_exit_status() -> None:
    script = Path(__file__).with_name("verdict_states_in_javascript.mjs")
    done = subprocess.run(
        [NODE, script], input=FILE.read_bytes(), capture_output=True, check=True, timeout=60
    )
    expected = [[case["expect"], VerdictState(case["expect"]).exit_status()] for case in CASES]
    assert json.loads(done.stdout) == expected


def test_there_is_a_case_of_every_state() -> None:
    assert {case["expect"] for case in CASES} == {state.value for state in VerdictState}


def test_only_what_is_genuine_ends_with_0_and_superseded_not_if_that_is_not_good_enough() -> None:
    zero = {state.value for state in VerdictState if state.exit_status() == 0}
    assert zero == {"authentic", "authentic_as_told", "superseded"}
    assert VerdictState.SUPERSEDED.exit_status(is_strict=True) == 1
    assert VerdictState.AUTHENTIC.exit_status(is_strict=True) == 0


@pytest.mark.parametrize("state", VerdictState)
def test_every_state_has_a_headline_and_a_next_step(state: VerdictState) -> None:
    for told in (messages.headline(state), messages.next_step(state)):
        assert " " in told, told


def test_the_reasons_that_decide_are_those_that_are_given() -> None:
    given = {item.value for item in Because} | IN_JAVASCRIPT_ONLY
    assert given >= REASONS_OF_OFFLINE | REASONS_OF_WAITING
