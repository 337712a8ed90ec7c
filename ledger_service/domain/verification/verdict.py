"""The verdict on a digest, axis by axis; what could not be checked is never green.

The service makes one from its index, and says the block it is true as of; a student's own tool
makes one from a receipt and a chain node of the student's choosing. Both use these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ledger_service.domain.chain.block import Position
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.reasons import Reason, Value
from ledger_service.domain.resources.registration import Relation, Route, WithdrawalReason
from ledger_service.domain.verification.because import Because, WithdrawalWord
from ledger_service.domain.verification.verdict_state import VerdictState, state_of

if TYPE_CHECKING:  # most verdicts are made without the history of all events
    from ledger_service.domain.chain.history import ChainHistory, RegistrationFact


class Outcome(StrEnum):
    """What an axis says; what is not checked speaks neither for nor against."""

    PASS = "pass"
    FAIL = "fail"
    NOT_CHECKED = "not checked"


class Axis(StrEnum):
    """The separate questions; their order is the order in which they are shown."""

    BYTES = "bytes"
    LEDGER = "ledger"
    STEWARD = "steward"
    WITHDRAWAL = "withdrawal"
    SUPERSESSION = "supersession"
    LICENSE = "license"
    ANCHOR = "anchor"


@dataclass(frozen=True)
class Finding:
    """The outcome on one axis and why."""

    outcome: Outcome
    reason: Reason


class Anchoring(NamedTuple):
    """The block, and its time in seconds, that anchors the ledger in which a claim stands."""

    block: int
    time: int


@dataclass(frozen=True)
class Verdict:
    """The answer on one registration of a digest, or on its absence (steward is then None).

    is_as_told: whether what the chain holds is known through the library's own node alone.
    """

    digest: Digest
    steward: str | None
    findings: Mapping[Axis, Finding]
    is_as_told: bool = False

    @property
    def is_wholly_positive(self) -> bool:
        """Return whether every axis was checked and passes."""
        return all(self.findings.get(axis, _MISSING).outcome is Outcome.PASS for axis in Axis)

    @property
    def is_negative(self) -> bool:
        """Return whether something speaks against relying on the file."""
        return self.state.is_negative

    @property
    def successor(self) -> str | None:
        """Return the digest of what has superseded it, 64 hex; None if nothing has."""
        finding = self.findings.get(Axis.SUPERSESSION, _MISSING)
        told = finding.reason.values.get("successor")
        return str(told) if finding.outcome is Outcome.FAIL and told is not None else None

    def to_json(self) -> dict[str, object]:
        """Return the verdict as a JSON object, without sentences."""
        return {
            "digest": self.digest.hex(),
            "steward": self.steward,
            "verdict": self.state.value,
            "axes": [
                {"axis": axis.value, "outcome": finding.outcome.value, **finding.reason.to_json()}
                for axis, finding in self.findings.items()
            ],
        }

    @property
    def state(self) -> VerdictState:
        """Return which of the ten answers it is."""
        findings = {axis: self.findings.get(axis, _MISSING) for axis in Axis}
        axes = {
            axis.value: (finding.outcome.value, finding.reason.name)
            for axis, finding in findings.items()
        }
        return state_of(axes, is_registered=self.steward is not None, is_as_told=self.is_as_told)


_MISSING = Finding(Outcome.NOT_CHECKED, Reason(Because.NOT_LOOKED_AT))


def passed(because: Because | Reason, /, **values: Value) -> Finding:
    """Return a finding that speaks for it."""
    return Finding(Outcome.PASS, _reason_of(because, values))


def failed(because: Because | Reason, /, **values: Value) -> Finding:
    """Return a finding that speaks against it."""
    return Finding(Outcome.FAIL, _reason_of(because, values))


def not_checked(because: Because | Reason, /, **values: Value) -> Finding:
    """Return a finding that nothing is known."""
    return Finding(Outcome.NOT_CHECKED, _reason_of(because, values))


def _reason_of(because: Because | Reason, values: Mapping[str, Value]) -> Reason:
    return because if isinstance(because, Reason) else Reason(because.value, values)


def not_registered(digest: Digest, because: Because, **values: Value) -> Verdict:
    """Return the verdict on bytes that no steward has registered; because says how that is known."""
    findings = dict.fromkeys(Axis, not_checked(Because.NO_REGISTRATION_FOUND))
    findings[Axis.BYTES] = failed(because, **values)
    return Verdict(digest, None, findings)


def withheld(digest: Digest, block: int) -> Verdict:
    """Return the verdict on bytes that are registered on chain but that the service does not show."""
    return untold(digest, Because.RECEIPT_WITHHELD, block=block)


def untold(digest: Digest, because: Because, **values: Value) -> Verdict:
    """Return the verdict on bytes of which nothing could be checked."""
    return Verdict(digest, None, dict.fromkeys(Axis, not_checked(because, **values)))


def chain_findings(fact: RegistrationFact, history: ChainHistory) -> dict[Axis, Finding]:
    """Return the findings that follow from the chain: steward, withdrawal, supersession, license."""
    at = Position(fact.block, fact.log_index)
    accredited = history.was_accredited(fact.steward, at)
    live = history.was_live_registrar(fact.registrar, fact.steward, at, fact.time)
    window = history.agents.get(fact.registrar)
    stolen = window is not None and window.is_compromised(fact.time)
    return {
        Axis.STEWARD: _steward_finding(accredited, live, stolen, fact.block),
        Axis.WITHDRAWAL: _withdrawal_finding(fact, history),
        Axis.SUPERSESSION: _supersession_finding(fact),
        Axis.LICENSE: _license_finding(fact.license, history),
    }


def claim_findings(
    steward: StewardId, license_id: LicenseId, anchor: Anchoring, history: ChainHistory
) -> dict[Axis, Finding]:
    """Return the same findings for a claim that stands in the steward's anchored ledger only.

    The chain has no registration of it: what the contract would ask of one is asked here as of the
    anchor, but for the registrar's signature. history: of the steward and the license, complete as
    far as it goes. Source: docs/adr/0036.
    """
    at = Position(anchor.block, 0)
    if not history.was_accredited(steward, at):
        finding = failed(Because.NOT_ACCREDITED, block=anchor.block)
    elif not history.had_live_registrar(steward, at, anchor.time):
        finding = failed(Because.NO_VALID_KEY, block=anchor.block)
    else:
        finding = passed(Because.ACCREDITED_AT_ANCHOR, block=anchor.block)
    return {
        Axis.STEWARD: finding,
        Axis.WITHDRAWAL: passed(Because.NOTHING_WITHDRAWS),
        Axis.SUPERSESSION: passed(Because.NOTHING_SUPERSEDES),
        Axis.LICENSE: _license_finding(license_id, history),
    }


def carried_findings(*, is_withdrawn: bool) -> dict[Axis, Finding]:
    """Return the findings on what became of a work on former contracts, of which these have not heard yet."""
    findings = dict.fromkeys(Axis, not_checked(Because.SENT_AGAIN))
    findings[Axis.BYTES] = passed(Because.DIGEST_TAKEN_IN)
    if is_withdrawn:
        findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWING)
    return findings


def waiting_findings(route: Route = Route.ELSEWHERE) -> dict[Axis, Finding]:
    """Return the same findings for a claim of which the chain has no registration, and which waits for one.

    route: as far as it is known; an entry of kind `awaiting` says that it is signed elsewhere.
    """
    axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
    if route is Route.UNKNOWN:
        return dict.fromkeys(axes, not_checked(Because.ROUTE_UNKNOWN))
    return dict.fromkeys(axes, not_checked(Because.SIGNATURE_AWAITED))


def _license_finding(license_id: LicenseId, history: ChainHistory) -> Finding:
    terms = history.licenses.get(license_id)
    if terms is None:
        return failed(Because.LICENSE_NOT_DEFINED, license=license_id.hex())
    return passed(Because.LICENSE, uri=terms.uri)


def _withdrawal_finding(fact: RegistrationFact, history: ChainHistory) -> Finding:
    if fact.withdrawal_reason is not None:
        return failed(Because.WITHDRAWN, why=withdrawal_reason(fact.withdrawal_reason))
    if fact.original is None:
        return passed(Because.NOT_WITHDRAWN)
    of = fact.original.hex()
    original = history.registrations.get((fact.original, fact.steward))
    if original is None:
        return not_checked(Because.ORIGINAL_NOT_LOOKED_UP, original=of)
    if original.withdrawal_reason is not None:
        why = withdrawal_reason(original.withdrawal_reason)
        return failed(Because.ORIGINAL_WITHDRAWN, original=of, why=why)
    return passed(Because.RENDITION_STANDS, original=of)


def withdrawal_reason(code: int) -> Reason:
    """Return why a resource was withdrawn, by its code on chain."""
    known = {
        WithdrawalReason.RETRACTED: WithdrawalWord.RETRACTED,
        WithdrawalReason.LEGAL: WithdrawalWord.LEGAL,
        WithdrawalReason.ERROR: WithdrawalWord.ERROR,
    }
    word = known.get(WithdrawalReason(code)) if code in set(WithdrawalReason) else None
    return Reason(WithdrawalWord.UNKNOWN, {"code": code}) if word is None else Reason(word)


def replaced(successor: str, relation: int | None) -> Finding:
    """Return the finding on what a successor, 64 hex, has taken the place of."""
    if relation == Relation.CORRECTION:
        return failed(Because.CORRECTED, successor=successor)
    return failed(Because.SUPERSEDED, successor=successor)


def _supersession_finding(fact: RegistrationFact) -> Finding:
    if fact.successor is None and fact.translations:
        return passed(Because.TRANSLATED, successor=fact.translations[-1].hex())
    if fact.successor is None:
        return passed(Because.NOT_SUPERSEDED)
    return replaced(fact.successor.hex(), fact.relation)


def _steward_finding(accredited: bool, live: bool, stolen: bool, block: int) -> Finding:
    if not accredited:
        return failed(Because.NOT_ACCREDITED, block=block)
    if stolen:
        return failed(Because.KEY_STOLEN, block=block)
    if not live:
        return failed(Because.KEY_NOT_VALID, block=block)
    return passed(Because.ACCREDITED, block=block)
