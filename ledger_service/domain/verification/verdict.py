"""The verdict on a digest, axis by axis; what could not be checked is never green.

The service makes one from its index, and says the block it is true as of; a student's own tool
makes one from a receipt and a chain node of the student's choosing. Both use these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainHistory, Position, RegistrationFact
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.registration import Relation, Route, WithdrawalReason


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
    """The outcome on one axis and the sentence that says why."""

    outcome: Outcome
    because: str


class Anchoring(NamedTuple):
    """The block, and its time in seconds, that anchors the ledger in which a claim stands."""

    block: int
    time: int


@dataclass(frozen=True)
class Verdict:
    """The answer on one registration of a digest, or on its absence (steward is then None)."""

    digest: Digest
    steward: str | None
    findings: Mapping[Axis, Finding]

    @property
    def is_wholly_positive(self) -> bool:
        """Return whether every axis was checked and passes."""
        return all(self.findings.get(axis, _MISSING).outcome is Outcome.PASS for axis in Axis)

    @property
    def is_negative(self) -> bool:
        """Return whether some axis fails."""
        return any(finding.outcome is Outcome.FAIL for finding in self.findings.values())

    def to_json(self) -> dict[str, object]:
        """Return the verdict as a JSON object."""
        return {
            "digest": self.digest.hex(),
            "steward": self.steward,
            "verdict": self.word,
            "axes": [
                {"axis": axis.value, "outcome": finding.outcome.value, "because": finding.because}
                for axis, finding in self.findings.items()
            ],
        }

    @property
    def word(self) -> str:
        """Return the verdict in a word or two."""
        if self.is_wholly_positive:
            return "authentic"
        if self.steward is None and self.findings[Axis.BYTES].outcome is Outcome.FAIL:
            return "not registered"
        return "not authentic" if self.is_negative else "incomplete"


_MISSING = Finding(Outcome.NOT_CHECKED, "it was not looked at")


def passed(because: str) -> Finding:
    """Return a finding that speaks for it."""
    return Finding(Outcome.PASS, because)


def failed(because: str) -> Finding:
    """Return a finding that speaks against it."""
    return Finding(Outcome.FAIL, because)


def not_checked(because: str) -> Finding:
    """Return a finding that nothing is known; because: completes “not checked, because …”."""
    return Finding(Outcome.NOT_CHECKED, "because " + because)


def not_registered(digest: Digest, as_of: str) -> Verdict:
    """Return the verdict on bytes that no steward has registered; as_of says how that is known."""
    nothing = not_checked("no registration was found")
    findings = dict.fromkeys(Axis, nothing)
    findings[Axis.BYTES] = failed(f"no steward has registered these bytes ({as_of})")
    return Verdict(digest, None, findings)


def withheld(digest: Digest, where: str) -> Verdict:
    """Return the verdict on bytes that are registered on chain but that the service does not show."""
    return untold(digest, f"{where}, but this service shows no receipt for it: ask another one")


def untold(digest: Digest, because: str) -> Verdict:
    """Return the verdict on bytes of which nothing could be checked."""
    return Verdict(digest, None, dict.fromkeys(Axis, not_checked(because)))


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
        because = failed(f"the steward was not accredited at block {anchor.block}")
    elif not history.had_live_registrar(steward, at, anchor.time):
        because = failed(f"no registrar's key was valid for the steward at block {anchor.block}")
    else:
        because = passed(
            f"accredited at block {anchor.block}, which anchors the steward's own ledger"
        )
    alone = "on chain, where its steward would do so"
    return {
        Axis.STEWARD: because,
        Axis.WITHDRAWAL: passed(f"nothing withdraws it {alone}"),
        Axis.SUPERSESSION: passed(f"nothing supersedes it {alone}"),
        Axis.LICENSE: _license_finding(license_id, history),
    }


def waiting_findings(route: Route = Route.ELSEWHERE) -> dict[Axis, Finding]:
    """Return the same findings for a claim of which the chain has no registration, and which waits for one.

    route: as far as it is known; an entry of kind `awaiting` says that it is signed elsewhere.
    """
    because = (
        "how it was claimed was not written down; the library's operator tells it"
        if route is Route.UNKNOWN
        else "its registrar has not signed yet"
    )
    axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
    return dict.fromkeys(axes, not_checked(because))


def _license_finding(license_id: LicenseId, history: ChainHistory) -> Finding:
    terms = history.licenses.get(license_id)
    if terms is None:
        return failed(f"license {license_id} is not defined on chain, or not in acceptable terms")
    return passed(terms.uri)


def _withdrawal_finding(fact: RegistrationFact, history: ChainHistory) -> Finding:
    if fact.withdrawal_reason is not None:
        return failed(f"withdrawn ({_reason(fact.withdrawal_reason)})")
    if fact.original is None:
        return passed("not withdrawn")
    original = history.registrations.get((fact.original, fact.steward))
    if original is None:
        return not_checked(f"what became of its original, {fact.original}, was not looked up")
    if original.withdrawal_reason is not None:
        return failed(
            f"its original, {fact.original}, is withdrawn ({_reason(original.withdrawal_reason)})"
        )
    return passed(f"not withdrawn; a rendition of {fact.original}, which is not withdrawn either")


def _reason(code: int) -> str:
    names = [reason.name.lower() for reason in WithdrawalReason if reason == code]
    return names[0] if names else f"reason code {code}"


def _supersession_finding(fact: RegistrationFact) -> Finding:
    if fact.successor is None:
        return passed("not superseded")
    if fact.relation is Relation.TRANSLATION:
        return passed(f"not superseded, but translated as {fact.successor}")
    how = "corrected" if fact.relation is Relation.CORRECTION else "superseded"
    return failed(f"{how} by {fact.successor}")


def _steward_finding(accredited: bool, live: bool, stolen: bool, block: int) -> Finding:
    if not accredited:
        return failed(f"the steward was not accredited at block {block}")
    if stolen:
        return failed(
            f"the registrar's key is declared compromised as of a time before block {block}"
        )
    if not live:
        return failed(f"the registrar's key was not valid for the steward at block {block}")
    return passed(f"accredited, and the registrar's key valid, at block {block}")
