"""Pages with lists: of all that there is, of an institution, of a collection, of what is under a license."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import keep_for_all
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.search import Shelf
from ledger_service.services.exports.tell_policy import tell_policy
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import library_of
from reading_room.catalog.pages.frame import listed, paged, router, show, status_of
from reading_room.catalog.rules.policy_words import said_rules
from reading_room.catalog.rules.rights import rights_of
from reading_room.catalog.rules.shelf import Order
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.verbs.list_places import (
    count_places,
    list_collections,
    show_collection,
    show_steward,
)

Cursor = Annotated[str, Query(max_length=400)]
By = Annotated[Order, Query()]
SEARCH = "/search"  # which a room may have


@router.get("/resources", response_class=HTMLResponse)
@PLACES.takes
def resources(
    request: Request,
    cursor: Cursor = "",
    q: Annotated[str, Query(max_length=200)] = "",
    by: By = Order.NEWEST,
) -> Response:
    """List what the library has, newest first or by title; who looks for words is led to the search."""
    if q and SEARCH in request.app.state.places:
        return RedirectResponse(f"{SEARCH}?{urlencode({'q': q})}", 303)
    keep_for_all(request)
    values = listed(request, Shelf(), by, cursor)
    return show(request, "resources.html", status_of(values), **values)


@router.get("/stewards/{steward}", response_class=HTMLResponse)
@PLACES.takes
def steward(
    request: Request, steward: str, cursor: Cursor = "", by: By = Order.NEWEST
) -> HTMLResponse:
    """Show an institution: whether it is accredited, who may register for it and when, and what it has."""
    wanted = StewardId.parse(steward.strip().lower())
    keep_for_all(request)
    library = library_of(request)
    found = show_steward(library, SqlCatalog, wanted)
    values = listed(request, Shelf(steward=wanted), by, cursor)
    return show(
        request, "steward.html", status_of(values), found=found, now=library.clock(), **values
    )


@router.get("/collections", response_class=HTMLResponse)
@PLACES.takes
def collections(request: Request, cursor: Cursor = "") -> HTMLResponse:
    """List the collections that records name, by title."""
    keep_for_all(request)
    library = library_of(request)
    values = paged(cursor, lambda asked: list_collections(library, SqlCatalog, asked))
    return show(request, "collections.html", status_of(values), **values)


@router.get("/collections/{collection}", response_class=HTMLResponse)
@PLACES.takes
def collection(
    request: Request, collection: str, cursor: Cursor = "", by: By = Order.TITLE
) -> HTMLResponse:
    """Show a collection, and what is a part of it."""
    keep_for_all(request)
    found = show_collection(library_of(request), SqlCatalog, collection)
    values = listed(request, Shelf(collection=found.id), by, cursor)
    return show(request, "collection.html", status_of(values), found=found, **values)


@router.get("/licenses/{name_or_id}", response_class=HTMLResponse)
@PLACES.takes
def license_(
    request: Request, name_or_id: str, cursor: Cursor = "", by: By = Order.NEWEST
) -> HTMLResponse:
    """Show a license in words, its terms, and what is under it."""
    keep_for_all(request)
    library = library_of(request)
    told = tell_policy(library, name_or_id)
    found = told.license
    shelf = Shelf(license=found.id)
    values = listed(request, shelf, by, cursor)
    return show(
        request,
        "license.html",
        status_of(values),
        found=found,
        rights=rights_of(found.terms.uri),
        seats=None if found.terms.seats == UNLIMITED_SEATS else found.terms.seats,
        days=found.terms.longest_loan_seconds // 86_400,
        count=count_places(library, SqlCatalog, shelf),
        policy=told,
        permitted=said_rules(told.policy, "permission"),
        prohibited=said_rules(told.policy, "prohibition"),
        **values,
    )
