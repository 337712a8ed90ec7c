"""Audits by the library's own worker, each followed at its own address, with named findings and a report."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from reading_room.desk.pages.visitors import show, with_permission
from reading_room.desk.sql.audits import SqlAudits
from reading_room.desk.verbs.audits import find_audit, request_audit
from reading_room.desk.verbs.sign_in import Visitor

router = APIRouter(prefix="/desk/audit/runs", include_in_schema=False)
Auditor = Annotated[Visitor, Depends(with_permission(Permission.PRIVATE_PART_READ))]
AskedRun = Annotated[int, Path(ge=1, lt=2**53)]


@router.post("")
def start(request: Request, visitor: Auditor) -> Response:
    """Ask for an audit, and lead to its page."""
    library: Library = request.app.state.library
    run = request_audit(library, visitor.caller, SqlAudits)
    return RedirectResponse(f"/desk/audit/runs/{run.number}", 303)


@router.get("/{number}")
def follow(request: Request, visitor: Auditor, number: AskedRun) -> Response:
    """Show how far an audit is, and what it found."""
    run = find_audit(request.app.state.library, visitor.caller, SqlAudits, number)
    return show(request, "desk_audit_run.html", visitor, run=run)
