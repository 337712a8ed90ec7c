"""The words of a verdict: what was not checked is never green."""

from __future__ import annotations

import itertools

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Outcome,
    Verdict,
    failed,
    not_checked,
    not_registered,
    passed,
)

DIGEST = Digest.of(b"book")
GOOD, BAD = passed(Because.DIGEST_REGISTERED), failed(Because.NOT_ON_CHAIN)
OPEN = not_checked(Because.NO_NODE_ASKED)


def verdict(changes: dict[Axis, Finding]) -> Verdict:
    return Verdict(DIGEST, "ab" * 32, {**dict.fromkeys(Axis, GOOD), **changes})


def test_only_every_axis_passed_is_authentic() -> None:
    assert verdict({}).state == "authentic"
    assert verdict({}).is_wholly_positive
    assert not verdict({}).is_negative


@pytest.mark.parametrize("axis", Axis)
def test_one_axis_that_fails_or_was_not_checked_is_never_authentic(axis: Axis) -> None:
    assert verdict({axis: BAD}).state not in ("authentic", "authentic_as_told")
    assert verdict({axis: OPEN}).state in ("offline", "not_checked")
    assert not verdict({axis: OPEN}).is_wholly_positive
    assert not verdict({axis: OPEN}).is_negative


@pytest.mark.parametrize(("bad", "unknown"), list(itertools.permutations(Axis, 2))[:6])
def test_a_failure_outweighs_what_was_not_checked(bad: Axis, unknown: Axis) -> None:
    assert verdict({bad: BAD, unknown: OPEN}).is_negative


@pytest.mark.parametrize("axis", Axis)
def test_an_axis_that_nobody_looked_at_is_not_green(axis: Axis) -> None:
    findings = {other: GOOD for other in Axis if other is not axis}
    assert Verdict(DIGEST, "ab" * 32, findings).state == "not_checked"


def test_bytes_that_nobody_registered_say_so() -> None:
    answer = not_registered(DIGEST, Because.NOT_REGISTERED_AT_BLOCK, block=9)
    assert (answer.state, answer.steward, answer.is_negative) == ("not_registered", None, True)
    assert answer.findings[Axis.BYTES].reason.values == {"block": 9}
    others = [answer.findings[axis].outcome for axis in Axis if axis is not Axis.BYTES]
    assert set(others) == {Outcome.NOT_CHECKED}


def test_a_verdict_is_shown_axis_by_axis() -> None:
    shown = verdict({Axis.ANCHOR: OPEN}).to_json()
    assert shown["digest"] == DIGEST.hex()
    assert shown["verdict"] == "offline"
    assert shown["axes"][-1] == {  # type: ignore[index]
        "axis": "anchor",
        "outcome": "not checked",
        "reason": "no-node-asked",
        "values": {},
    }
    assert [item["axis"] for item in shown["axes"]] == [axis.value for axis in Axis]  # type: ignore[attr-defined]


def test_what_the_chain_does_not_have_is_superseded_by_nothing() -> None:
    missing = failed(Because.NOT_ON_CHAIN_AT_BLOCK, block=9)
    assert verdict({Axis.SUPERSESSION: missing}).successor is None
