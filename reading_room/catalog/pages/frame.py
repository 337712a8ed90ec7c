"""The frame in which the catalog's pages stand, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.exports.identifier_address import identifier_link
from ledger_service.domain.resources.registration import Registration
from ledger_service.domain.resources.search import Shelf, collection_id
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.web.layout import Layout, compressed, library_of
from reading_room.catalog.rules.shelf import Order
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.verbs.list_places import list_registrations

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
ROWS = 25


def public_url(request: Request) -> str:
    """Return how people reach the service, without a slash at the end."""
    return str(request.app.state.public_url)


def show(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page of the catalog."""
    page = layout.page(
        request,
        template,
        status,
        **values,
        identifier_link=identifier_link,
        collection_id=collection_id,
    )
    return compressed(request, page)


def listed(request: Request, shelf: Shelf, order: Order, cursor: str) -> dict[str, Any]:
    """Return what a page shows of a list of registrations."""

    def find(asked: PageRequest) -> Page[Registration]:
        return list_registrations(library_of(request), SqlCatalog, asked, shelf, order)

    return {**paged(cursor, find), "order": order}


def paged(cursor: str, find: Callable[[PageRequest], Page[Any]]) -> dict[str, Any]:
    """Return what a page shows of a list: its rows and where it goes on, or that there is no such page."""
    try:
        page = find(PageRequest(cursor, ROWS))
    except InvalidCursor:
        return {"page": Page([], None), "fault": True, "is_first": not cursor}
    return {"page": page, "fault": False, "is_first": not cursor}


def status_of(values: Mapping[str, Any]) -> int:
    """Return the status of a page with a list."""
    return 422 if values["fault"] else 200
