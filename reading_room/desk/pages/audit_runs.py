"""Audits by the library's own worker, each followed at its own address, and signed reports to print."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.pools import DEAR
from ledger_service.web.layout import language_of, library_of
from reading_room.desk.pages.audit import AskedForm, Auditor
from reading_room.desk.pages.report_pdf import print_report
from reading_room.desk.pages.visitors import Visitor, show, with_permission
from reading_room.desk.sql.audits import SqlAudits
from reading_room.desk.verbs.audits import find_audit, list_audits, request_audit
from reading_room.desk.verbs.decisions import count_decisions
from reading_room.desk.verbs.reports import attest_report
from reading_room.desk.verbs.standing import standing_of

router = APIRouter(prefix="/desk/audit", include_in_schema=False)
Reporter = Annotated[Visitor, Depends(with_permission(Permission.REPORT_ATTEST))]
AskedRun = Annotated[int, Path(ge=1, lt=2**53)]


@router.post("/runs")
def start(request: Request, visitor: Auditor) -> Response:
    """Ask for an audit, and lead to its page."""
    library = library_of(request)
    run = request_audit(library, visitor.caller, SqlAudits)
    return RedirectResponse(f"/desk/audit/runs/{run.number}", 303)


@router.get("/runs/{number}")
def follow(request: Request, visitor: Auditor, number: AskedRun) -> Response:
    """Show how far an audit is, and what it found."""
    run = find_audit(library_of(request), visitor.caller, SqlAudits, number)
    return show(request, "desk_audit_run.html", visitor, run=run)


@router.post("/reports")
@DEAR.takes
def report(request: Request, visitor: Reporter, form: AskedForm) -> Response:
    """Return a report as PDF, once the ledger attests its digest."""
    library = library_of(request)
    form.fill(library.clock())
    asked = form.asked(library)
    runs = list_audits(library, visitor.caller, SqlAudits, PageRequest("", 1)).items
    made = print_report(
        standing_of(library),
        runs[0] if runs else None,
        asked,
        count_decisions(library, visitor.caller, asked, form.bar),
        library=library.key.name,
        public_url=request.app.state.public_url,
        language=language_of(request),
        at=library.clock(),
    )
    entry = attest_report(library, visitor.caller, made)
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-report-{entry}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(made, headers=headers, media_type="application/pdf")
