"""The frame in which the room's pages for librarians stand, and who may see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import Layout, Session, session_of

_layout = Layout(Path(__file__).parents[1] / "templates")


def with_permission(permission: Permission) -> Callable[[Request], Session]:
    """Return what finds who is signed in, and raises RoleNotHeld for those without the permission."""

    def permitted(request: Request) -> Session:
        found = session_of(request)
        reach(found.caller, permission)
        return found

    return permitted


def show(
    request: Request,
    template: str,
    session: Session,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page. refusal: why what was asked is not done, told at its top."""
    status = 200 if refusal is None else 422
    return _layout.desk_page(request, template, session.caller, status, refusal, **values)
