"""The page that shows which work there is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from ledger_service.domain.errors import RoleNotHeld
from ledger_service.domain.people.permission import Permission
from reading_room.desk.pages.visitors import PATH, SignedIn, Visitor, show, with_permission

router = APIRouter(prefix=PATH, include_in_schema=False)
_let = with_permission(Permission.DESK_ENTER)


def _worker(visitor: SignedIn) -> Visitor:
    """Return who works here; raise RoleNotHeld for readers, who have no desk."""
    try:
        return _let(visitor)
    except RoleNotHeld as exc:
        told = exc.reason.values
        raise RoleNotHeld("desk", roles=told["roles"], held=told["held"]) from exc


@router.get("")
def desk(request: Request, visitor: Annotated[Visitor, Depends(_worker)]) -> Response:
    """Show the work there is."""
    return show(request, "desk_home.html", visitor)
