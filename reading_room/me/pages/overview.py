"""What the library has for whoever is signed in: the first page below /me."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ledger_service.api.door import InCaller, needs
from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import Layout

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")


@router.get("/me", response_class=HTMLResponse, openapi_extra=needs(Permission.TOKEN_REVOKE_OWN))
def overview(request: Request, caller: InCaller) -> HTMLResponse:
    """Show what there is."""
    return layout.own_page(request, "me.html", caller)
