"""The page that lists what the library holds; it needs no script."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import InvalidCursor
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_resources
from ledger_service.web.layout import Layout

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = (("/resources", "Resources"),)
"""(path, words) of the links that lead here from every page."""
ROWS = 25


@router.get("/resources", response_class=HTMLResponse)
def resources(request: Request, cursor: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """List this library's registrations, oldest first, a page at a time."""
    library: Library = request.app.state.library
    try:
        page = list_resources(library, PageRequest(cursor, ROWS))
    except InvalidCursor:
        return layout.page(request, "resources.html", 422, page=Page([], None), fault=True)
    return layout.page(request, "resources.html", page=page, is_first=not cursor)
