"""Audits by the library's own worker: asked for at the desk or by the API, followed, with named findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.audit_ledger import AuditFinding, AuditReport
from ledger_service.services.audit.faults import Fault
from reading_room.desk import work as desk_work
from reading_room.desk.audit_run import AuditRun
from reading_room.desk.sql.audits import SqlAudits
from scripts.harness.running_library import RunningLibrary

Wait = Callable[..., Any]


def ended(auditor: httpx.Client, number: int) -> dict[str, Any] | None:
    told: dict[str, Any] = auditor.get(f"/audits/{number}").json()
    return told if told["ended_at"] is not None else None


def test_the_worker_audits_the_ledger_and_finds_what_an_auditor_elsewhere_finds(
    inspector: httpx.Client,
    auditor: httpx.Client,
    library: RunningLibrary,
    wait: Wait,
) -> None:
    library.register(title="Audited")
    library.anchored()
    answer = inspector.post("/desk/audit/runs")
    assert answer.status_code == 303
    path = answer.headers["location"]
    number = int(path.rpartition("/")[2])
    told = wait(lambda: ended(auditor, number), "the audit does not end", 60)
    elsewhere = library.audit()
    assert told["failure"] is None
    assert told["clean"] is elsewhere.is_clean is True
    assert 0 < told["looked_at"]["entries"] <= elsewhere.entries
    assert told["looked_at"]["decisions"]["openings"] <= elsewhere.decisions.openings
    page = inspector.get(path).text
    assert "data-final" in page
    assert "No finding." in page
    assert f"muhr audit --api {library.url}" in page
    assert path in inspector.get("/desk/audit").text
    acts = auditor.get("/acts", params={"about": str(number)}).json()["items"]
    assert "audit-started" in {act["act"] for act in acts}


def test_one_audit_is_made_at_a_time(
    auditor: httpx.Client, library: RunningLibrary, wait: Wait
) -> None:
    library.stop_worker()
    try:
        first = auditor.post("/audits")
        assert first.status_code == 202
        assert auditor.post("/audits").json()["number"] == first.json()["number"]
    finally:
        library.start_worker()
    wait(lambda: ended(auditor, first.json()["number"]), "the audit does not end", 60)
    listed = auditor.get("/audits").json()["items"]
    assert listed[0]["number"] == first.json()["number"]


def test_a_ledger_that_is_too_large_is_left_to_the_command(
    auditor: httpx.Client,
    inspector: httpx.Client,
    wait: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk_work, "MOST_ENTRIES", 3)
    number = auditor.post("/audits").json()["number"]
    told = wait(lambda: ended(auditor, number), "the audit does not end", 60)
    assert told["clean"] is None
    assert "muhr audit" in told["failure"]
    assert 'role="alert"' in inspector.get(f"/desk/audit/runs/{number}").text


def test_only_auditors_have_audits(
    librarian: httpx.Client, registrar: httpx.Client, auditor: httpx.Client
) -> None:
    assert librarian.post("/desk/audit/runs").status_code == 403
    assert librarian.get("/desk/audit/runs/1").status_code == 403
    assert registrar.post("/audits").status_code == 403
    assert auditor.get("/audits/9999999").status_code == 404


def test_findings_are_named_on_the_page(inspector: httpx.Client, library: RunningLibrary) -> None:
    report = AuditReport()
    reason = Fault.FORK.of(size=7)
    report.findings.append(AuditFinding(reason))
    run = AuditRun(900_000, 5).ended(9, report)
    assert Reason.parse(run.found["findings"][0]) == reason
    with library.opened.store.write() as transaction:
        transaction.room(SqlAudits).set(run)
    page = inspector.get("/desk/audit/runs/900000").text
    assert "Findings: 1" in page
    assert 'class="fail"' in page
