"""Who works at the desk: whoever is signed in and has the permission of the page (docs/adr/0111)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission, check_permitted, reach
from ledger_service.domain.printable_text import isolated
from ledger_service.web.layout import Layout, Session, session_of

PATH = "/desk"
Visitor = Session
_layout = Layout(Path(__file__).parents[1] / "templates")


def at_desk(request: Request) -> Visitor:
    """Return who works here; raise as `session_of`, and RoleNotHeld for those who have no desk."""
    visitor = session_of(request)
    check_permitted(visitor.caller, Permission.DESK_ENTER)
    return visitor


SignedIn = Annotated[Visitor, Depends(at_desk)]


def with_permission(permission: Permission) -> Callable[[SignedIn], Visitor]:
    """Return what finds who works here and raises RoleNotHeld for those without the permission."""

    def permitted(visitor: SignedIn) -> Visitor:
        reach(visitor.caller, permission)
        return visitor

    return permitted


def show(
    request: Request,
    template: str,
    visitor: Visitor | None,
    status: int = 200,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of the desk. refusal: why what was asked is not done, told at its top."""
    caller = None if visitor is None else visitor.caller
    told: dict[str, object] = {"visitor": visitor, "stored": _stored, **values}
    return _layout.desk_page(request, template, caller, status, refusal, **told)


def _stored(reason: str) -> str:
    """Return the text of a reason as it is stored, in the page's language."""
    return isolated(messages.stored(reason))
