"""Evidence of absence judged by a student: ledger and chain are two questions, and a broken file is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import Axis, Outcome, Verdict
from ledger_service.services.verification.check_evidence import check_evidence
from ledger_service.services.verification.prove_absence import prove_absence
from tests.simulators.bench import BOOK, Bench, signer_of

ABSENT = Digest.of(b"nobody registered this")


@pytest.fixture
def registered(bench: Bench) -> Bench:
    """Return a library with one registered book."""
    bench.registered()
    return bench


def judged(bench: Bench, absence: Absence, *, asked: bool = True, **changes: object) -> Verdict:
    arguments = {"digest": ABSENT, "key": bench.library.key, **changes}
    view = bench.view() if asked else None
    return check_evidence(absence=absence, check_signature=check_ed25519, view=view, **arguments)


def outcomes(verdict: Verdict) -> dict[Axis, Outcome]:
    return {axis: finding.outcome for axis, finding in verdict.findings.items()}


def test_evidence_that_holds_with_a_chain_that_agrees_is_not_registered(registered: Bench) -> None:
    verdict = judged(registered, prove_absence(registered.library, ABSENT))
    assert verdict.state == "not_registered"
    assert outcomes(verdict)[Axis.BYTES] is Outcome.FAIL
    assert outcomes(verdict)[Axis.LEDGER] is Outcome.PASS
    assert outcomes(verdict)[Axis.ANCHOR] is Outcome.PASS
    assert verdict.findings[Axis.BYTES].reason.values["held"] == 1


def test_without_a_chain_the_other_libraries_stay_open(registered: Bench) -> None:
    verdict = judged(registered, prove_absence(registered.library, ABSENT), asked=False)
    assert verdict.state == "not_registered"
    assert outcomes(verdict)[Axis.LEDGER] is Outcome.PASS
    assert outcomes(verdict)[Axis.ANCHOR] is Outcome.NOT_CHECKED
    assert verdict.findings[Axis.BYTES].reason.name == Because.ABSENT_OTHERS_NOT_ASKED


def test_a_registration_by_another_steward_on_chain_is_told(registered: Bench) -> None:
    absence = prove_absence(registered.library, ABSENT)
    view = registered.view()
    ((_, fact),) = view.history.registrations.items()
    other = replace(fact, digest=ABSENT, steward=StewardId.of_uri("https://other.example"))
    view.history.registrations[(ABSENT, other.steward)] = other
    verdict = check_evidence(ABSENT, absence, registered.library.key, check_ed25519, view)
    assert verdict.state == "not_checked"
    assert verdict.findings[Axis.BYTES].reason.values["steward"] == other.steward.hex()


def test_a_key_that_is_not_pinned_leaves_the_ledger_open(registered: Bench) -> None:
    absence = prove_absence(registered.library, ABSENT)
    verdict = judged(registered, absence, key_is_pinned=False)
    assert outcomes(verdict)[Axis.LEDGER] is Outcome.NOT_CHECKED


def test_evidence_that_does_not_hold_proves_nothing(registered: Bench) -> None:
    absence = prove_absence(registered.library, ABSENT)
    book = Digest.of(BOOK)
    broken = [
        judged(registered, replace(absence, digest=book), digest=book),
        judged(registered, absence, digest=book),
        judged(registered, absence, key=signer_of("another").key),
        judged(registered, replace(absence, receipt=replace(absence.receipt, index=0))),
        judged(registered, replace(absence, receipt=replace(absence.receipt, entry=b"{}"))),
    ]
    for verdict in broken:
        assert verdict.state == "not_checked"
        assert set(outcomes(verdict).values()) == {Outcome.NOT_CHECKED}
        assert not verdict.is_negative
