"""An audit that the library's own worker makes, and what it found.

It is the library's word about itself: whoever wants to believe nobody runs `muhr audit` on their own machine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.services.audit.audit_ledger import AuditReport

KEPT_RUNS = 50
MOST_FINDINGS = 1_000
MOST_ENTRIES = 200_000
"""Of a ledger that the worker audits: an audit holds all entries in memory."""


@dataclass(frozen=True)
class AuditRun:
    """Times are seconds since 1970 UTC. stage, done, total: how far it is.

    report: JSON of what was looked at and found, empty until it has ended well; failure: why it could not be
    made, as a reason is stored, empty if it could.
    """

    number: int
    asked_at: int
    began_at: int | None = None
    ended_at: int | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    report: str = ""
    failure: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits or is under way."""
        return self.ended_at is None

    @property
    def found(self) -> dict[str, Any]:
        """What was looked at, as numbers, and the findings as reasons are stored; empty without a report."""
        found: dict[str, Any] = canonical_json.parse(self.report.encode()) if self.report else {}
        return found

    @property
    def is_clean(self) -> bool:
        """Whether it was made and found nothing."""
        return bool(self.report) and not self.found["findings"]

    def ended(self, now: int, report: AuditReport) -> AuditRun:
        """Return it as it ended."""
        told = {
            "blocks": report.blocks,
            "events": report.events,
            "entries": report.entries,
            "anchors": report.anchors,
            "described": report.described,
            "attested": report.attested,
            "moved": report.moved,
            "decisions": asdict(report.decisions),
            "findings": [item.reason.format() for item in report.findings[:MOST_FINDINGS]],
            "more_findings": max(0, len(report.findings) - MOST_FINDINGS),
        }
        return replace(self, ended_at=now, report=canonical_json.canonicalize(told).decode())

    def failed(self, now: int, reason: str) -> AuditRun:
        """Return it as it ended without a report. reason: why, as it is stored."""
        return replace(self, ended_at=now, failure=reason)
