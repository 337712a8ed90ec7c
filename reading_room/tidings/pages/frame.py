"""The frame in which the room's pages for librarians stand, and who may see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission, holds, reach
from ledger_service.web.layout import PRIVATE_HEADERS, Layout, Session, session_of

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

    def may(permission: str) -> bool:
        return holds(session.caller, Permission(permission))

    status = 200 if refusal is None else 422
    told = {"may": may, "refusal": refusal}
    page = _layout.page(request, template, status, **told, **values)
    page.headers.update(PRIVATE_HEADERS)
    return page
