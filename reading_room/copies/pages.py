"""The page of an open work of the consortium's members; it needs no script."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.identifiers import Digest
from ledger_service.services.consortium.copies.find_copy import find_open_work
from ledger_service.web.layout import Layout, compressed, library_of

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = ()
"""None from every page: pages of ledgers and of what was found lead here."""


@router.get("/copies/{digest}", response_class=HTMLResponse)
def work(request: Request, digest: str) -> HTMLResponse:
    """Show whose an open work is, who keeps it, and how it is had."""
    found = find_open_work(library_of(request), Digest.typed(digest))
    return compressed(request, layout.page(request, "copy.html", found=found))
