"""What the pages of search share."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request

from ledger_service.domain.identifiers import Digest
from ledger_service.web.layout import Layout

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
RESOURCE_PAGE = "/resources/{digest}"


def place_of(request: Request, digest: Digest) -> str:
    """Return the address of a resource's page."""
    if RESOURCE_PAGE in request.app.state.places:
        return f"/resources/{digest.hex()}"
    return f"/verify?digest={digest.hex()}"
