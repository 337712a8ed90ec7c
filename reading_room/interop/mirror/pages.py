"""Pages of the ledgers of other libraries: which are copied here, and what one says of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import (
    CheckpointNotFound,
    InvalidDigest,
    LedgerError,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.services.consortium.copies.find_copy import find_open_work
from ledger_service.web.layout import Layout, library_of
from reading_room.interop.mirror.verbs import ToldWork, find_work, list_copies, show_copy

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = ()
"""None from every page: the page of the library's state leads here."""


@router.get("/ledgers", response_class=HTMLResponse)
def ledgers(request: Request) -> HTMLResponse:
    """Show the ledgers that are copied here."""
    return layout.page(request, "ledgers.html", copies=list_copies(library_of(request)))


@router.get("/ledgers/{mirror}", response_class=HTMLResponse)
def ledger(
    request: Request, mirror: str, digest: Annotated[str, Query(max_length=80)] = ""
) -> HTMLResponse:
    """Show a ledger, and what it says of a digest, if one is given."""
    library = library_of(request)
    copy, found, fault = show_copy(library, mirror), None, None
    try:
        found = _asked(request, mirror, digest)
    except (InvalidDigest, CheckpointNotFound) as exc:
        fault = exc
    return layout.page(
        request,
        "ledger.html",
        200 if fault is None else 422 if isinstance(fault, InvalidDigest) else 404,
        copy=copy,
        digest=digest,
        found=found,
        is_open_work=found is not None and _is_open_work(request, found.digest),
        fault=_told(fault),
    )


def _asked(request: Request, mirror: str, digest: str) -> ToldWork | None:
    if not digest.strip():
        return None
    return find_work(library_of(request), mirror, Digest.typed(digest))


def _is_open_work(request: Request, digest: Digest) -> bool:
    """Return whether there is a page that tells who keeps a work."""
    try:
        find_open_work(library_of(request), digest)
    except ResourceNotFound:
        return False
    return "/copies/{digest}" in request.app.state.places


def _told(fault: LedgerError | None) -> object:
    return None if fault is None else fault.reason
