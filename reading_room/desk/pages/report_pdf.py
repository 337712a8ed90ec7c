"""A report of an audit to print: how the ledger stands, what was found, and who was let in or refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ledger_service import messages
from ledger_service.messages import formats
from ledger_service.web.typesetting import printable, typeset
from reading_room.desk.audit_run import AuditRun
from reading_room.desk.decisions_asked import DAY_SECONDS, Asked, Counts
from reading_room.desk.verbs.standing import Standing

MOST_FINDINGS = 200
TEMPLATE = Path(__file__).parents[1] / "templates" / "desk_report.typ"


def print_report(
    standing: Standing,
    run: AuditRun | None,
    asked: Asked,
    counts: Counts,
    *,
    library: str,
    public_url: str,
    language: str,
    at: int,
) -> bytes:
    """Return the PDF in one of our languages. run: the audit that it tells of; at: seconds since 1970 UTC."""
    with messages.speaking(language):
        page = {
            "language": language.partition("-")[0],
            "heading": messages.said("page.desk.report"),
            "name": printable(library),
            "own-word": messages.said("page.desk.own-word"),
            "command": f"muhr audit --api {public_url} --rpc … --token-file …",
            "facts": _facts(standing, at),
            "audit": messages.said("page.desk.report-audit"),
            "result": _result(run),
            "findings": _findings(run),
            "decisions": messages.said("page.desk.decisions"),
            "period": _period(asked),
            "counts": _counts(counts),
            "signed": messages.said("page.desk.report-signed"),
        }
        return typeset(_template(), page, at)


def _facts(standing: Standing, at: int) -> list[tuple[str, str]]:
    said = messages.said
    anchored = said("page.desk.not-yet")
    if standing.anchored is not None:
        size = said("page.desk.of-entries", count=standing.anchored.size)
        block = said("page.desk.in-block", block=standing.anchored.block or 0)
        anchored = f"{size}, {block}"
    return [
        (said("page.desk.report-made"), formats.moment(at)),
        (said("page.desk.entries"), formats.number(standing.size)),
        (said("page.desk.on-chain"), anchored),
        (
            said("page.desk.witnesses"),
            ", ".join(map(printable, standing.cosigned_by)) or said("page.desk.no-witnesses"),
        ),
    ]


def _result(run: AuditRun | None) -> str:
    if run is None or run.is_open:
        return messages.said("page.desk.report-no-audit")
    if run.failure:
        return messages.said("page.desk.audit-failed", why=messages.stored(run.failure))
    found = run.found
    told = "page.desk.audit-clean" if run.is_clean else "page.desk.audit-findings"
    number = found["entries"] if run.is_clean else len(found["findings"]) + found["more_findings"]
    when = messages.said("page.desk.audit-of", moment=formats.moment(run.asked_at))
    return f"{when}. {messages.said(told, count=number)}"


def _findings(run: AuditRun | None) -> list[str]:
    stored = [] if run is None else run.found.get("findings", [])
    return [printable(messages.stored(reason)) for reason in stored[:MOST_FINDINGS]]


def _period(asked: Asked) -> str:
    last = (asked.which.until or DAY_SECONDS) - DAY_SECONDS
    return f"{formats.date(asked.since)} – {formats.date(last)}"


def _counts(counts: Counts) -> list[tuple[str, str]]:
    rows = [
        (_word(outcome), formats.number(count)) for outcome, count in sorted(counts.total.items())
    ]
    if counts.erased:
        rows.append((messages.said("page.desk.was-erased-count"), formats.number(counts.erased)))
    if not counts.is_whole:
        rows.append((messages.said("page.desk.counted-part", count=counts.looked_at), ""))
    return rows


def _word(outcome: str) -> str:
    if outcome in ("opened", "denied"):
        return messages.said(f"page.desk.outcome-{outcome}")
    return messages.said(f"page.desk.why-{outcome}")


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
