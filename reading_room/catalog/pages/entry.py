"""The page of an entry of the ledger: its bytes, and the proof that an anchored checkpoint holds it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import HTMLResponse

from ledger_service.api.door import keep_for_all
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import library_of
from reading_room.catalog.pages.frame import router, show
from reading_room.catalog.verbs.show_ledger_entry import show_ledger_entry


@router.get("/entries/{index}", response_class=HTMLResponse)
@PLACES.takes
def entry(request: Request, index: Annotated[int, Path(ge=0, lt=2**53)]) -> HTMLResponse:
    """Show an entry that a checkpoint covers."""
    keep_for_all(request)
    found = show_ledger_entry(library_of(request), index)
    digest = found.entry.facts.get("digest", "")
    return show(request, "entry.html", found=found, digest_named=digest)
