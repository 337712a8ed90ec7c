"""The catalog's feeds: where it begins, and lists of what stands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from ledger_service.api.door import InLibrary, needs
from ledger_service.domain.exports.forms.opds import AUTHENTICATION_TYPE, FEED_TYPE, Link, link
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import FindAsked, ListAsked, ListedCollection, ListOrder
from ledger_service.services.library import Library
from ledger_service.services.pools import PLACES
from ledger_service.services.resources.find_resources import list_stewards, show_license
from reading_room.interop.opds.paths.frame import (
    JSON_OBJECT,
    ROWS,
    Cursor,
    InAddresses,
    finder_of,
    kept,
    lister_of,
    name_of,
    publications_of,
    router,
    say,
    send,
)
from reading_room.interop.opds.paths.values import value_name
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.feed import Feed, Group, leads_to

FEW = 10  # of a group
NAVIGATED = ("kind", "language")
FEED: dict[int | str, dict[str, Any]] = {200: {"content": {FEED_TYPE: JSON_OBJECT}}}
Before = Annotated[str | None, Query(max_length=400, description="cursor of the page before")]


@router.get(
    "", response_class=Response, responses=FEED, openapi_extra=needs(Permission.RESOURCE_READ)
)
@PLACES.takes
def root(library: InLibrary, request: Request, addresses: InAddresses) -> Response:
    """Begin: what is newest, and ways to the rest."""
    told = Feed(
        title=name_of(request, library),
        address=addresses.feed(),
        links=[*everywhere(addresses), *_of_readers(addresses)],
        navigation=[
            leads_to(
                say(addresses, "page.opds.newest"),
                addresses.feed("/works", {"by": "newest"}),
                "http://opds-spec.org/sort/new",
            ),
            leads_to(
                say(addresses, "page.opds.by-title"), addresses.feed("/works", {"by": "title"})
            ),
            leads_to(
                say(addresses, "page.opds.open"), addresses.feed("/search", {"access": "open"})
            ),
            leads_to(say(addresses, "page.opds.collections"), addresses.feed("/collections")),
        ],
        groups=[
            _newest(library, request, addresses),
            _collections(library, request, addresses),
            *_values(library, request, addresses),
        ],
    )
    return send(request, addresses, told.told())


@router.get(
    "/works", response_class=Response, responses=FEED, openapi_extra=needs(Permission.RESOURCE_READ)
)
@PLACES.takes
def works(
    library: InLibrary,
    request: Request,
    addresses: InAddresses,
    by: ListOrder = ListOrder.NEWEST,
    cursor: Cursor = "",
    before: Before = None,
) -> Response:
    """List what stands, newest first or by title."""
    title = say(addresses, "page.opds.newest" if by is ListOrder.NEWEST else "by-title")
    asked = {"by": by.value}
    return _listed(
        library, request, addresses, ListAsked(by), title, "/works", asked, cursor, before
    )


@router.get(
    "/collections",
    response_class=Response,
    responses=FEED,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def collections(
    library: InLibrary, request: Request, addresses: InAddresses, cursor: Cursor = ""
) -> Response:
    """List the collections that records name, by title."""
    page = lister_of(request).list_collections(library, PageRequest(cursor, ROWS))
    rows = [_to_collection(addresses, one) for one in page.items]
    own = addresses.feed("/collections", {"cursor": cursor})
    links = [*everywhere(addresses), *_pages(addresses, page, "/collections", {}, cursor, None)]
    told = Feed(
        say(addresses, "page.opds.collections"), own, links, navigation=rows or [home(addresses)]
    )
    return send(request, addresses, told.told())


@router.get(
    "/collections/{collection}",
    response_class=Response,
    responses=FEED,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def collection(
    library: InLibrary,
    request: Request,
    addresses: InAddresses,
    collection: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    cursor: Cursor = "",
    before: Before = None,
) -> Response:
    """List what is a part of a collection, by title."""
    found = lister_of(request).show_collection(library, collection)
    asked = ListAsked(ListOrder.TITLE, Shelf(collection=found.id))
    path = f"/collections/{found.id}"
    return _listed(library, request, addresses, asked, found.title, path, {}, cursor, before)


@router.get(
    "/stewards/{steward}",
    response_class=Response,
    responses=FEED,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def steward(
    library: InLibrary,
    request: Request,
    addresses: InAddresses,
    steward: str,
    cursor: Cursor = "",
    before: Before = None,
) -> Response:
    """List what an institution registered, newest first."""
    wanted = StewardId.parse(steward)
    names = {row.id: row.name for row in list_stewards(library)}
    title = names.get(wanted, wanted.hex())
    asked = ListAsked(shelf=Shelf(steward=wanted))
    path = f"/stewards/{wanted.hex()}"
    return _listed(library, request, addresses, asked, title, path, {}, cursor, before)


@router.get(
    "/licenses/{name_or_id}",
    response_class=Response,
    responses=FEED,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def license_(
    library: InLibrary,
    request: Request,
    addresses: InAddresses,
    name_or_id: str,
    cursor: Cursor = "",
    before: Before = None,
) -> Response:
    """List what is under a license, newest first."""
    found = show_license(library, name_or_id)
    asked = ListAsked(shelf=Shelf(license=found.id))
    path = f"/licenses/{found.id.hex()}"
    return _listed(library, request, addresses, asked, found.name, path, {}, cursor, before)


def everywhere(addresses: Addresses) -> list[Link]:
    """Return the links that every feed has: where the catalog begins, how it is searched, and its page."""
    return [
        link("start", addresses.feed(), FEED_TYPE),
        link("search", addresses.search, FEED_TYPE, templated=True),
        link("alternate", f"{addresses.base}/resources", "text/html"),
    ]


def _of_readers(addresses: Addresses) -> list[Link]:
    return [
        link("http://opds-spec.org/shelf", addresses.shelf, FEED_TYPE),
        link("http://opds-spec.org/auth/document", addresses.authentication, AUTHENTICATION_TYPE),
    ]


def home(addresses: Addresses) -> Link:
    """Return the way back, for a feed that would have nothing."""
    return leads_to(say(addresses, "page.opds.start"), addresses.feed(), "start")


def _listed(
    library: Library,
    request: Request,
    addresses: Addresses,
    asked: ListAsked,
    title: str,
    path: str,
    query: dict[str, str],
    cursor: str,
    before: str | None,
) -> Response:
    lister = lister_of(request)
    page = lister.list_works(library, asked, PageRequest(cursor, ROWS))
    told = publications_of(request, library, addresses, page.items)
    works = kept(request).get(asked, lambda: lister.count_works(library, asked))
    feed = Feed(
        title=title,
        address=addresses.feed(path, {**query, "cursor": cursor}),
        links=[*everywhere(addresses), *_pages(addresses, page, path, query, cursor, before)],
        publications=told,
        navigation=[] if told else [home(addresses)],
        works=works,
        page_size=ROWS,
    )
    return send(request, addresses, feed.told())


def _pages(
    addresses: Addresses,
    page: Page[Any],
    path: str,
    query: dict[str, str],
    cursor: str,
    before: str | None,
) -> list[Link]:
    """Return the links to other pages. A list is read on from a place, so that it has no last page."""
    links: list[Link] = []
    if cursor:
        links.append(link("first", addresses.feed(path, query), FEED_TYPE))
    if before is not None:
        back = addresses.feed(path, {**query, "cursor": before})
        links.append(link("previous", back, FEED_TYPE))
    if page.next is not None:
        onward = addresses.feed(path, {**query, "cursor": page.next})
        onward += f"&before={cursor}"
        links.append(link("next", onward, FEED_TYPE))
    return links


def _newest(library: Library, request: Request, addresses: Addresses) -> Group:
    page = lister_of(request).list_works(library, ListAsked(), PageRequest("", FEW))
    told = publications_of(request, library, addresses, page.items)
    href = addresses.feed("/works", {"by": "newest"})
    return Group(say(addresses, "page.opds.newest"), href, told)


def _collections(library: Library, request: Request, addresses: Addresses) -> Group:
    page = kept(request).get(
        "collections",
        lambda: lister_of(request).list_collections(library, PageRequest("", FEW)),
    )
    rows = [_to_collection(addresses, one) for one in page.items]
    return Group(
        say(addresses, "page.opds.collections"), addresses.feed("/collections"), navigation=rows
    )


def _to_collection(addresses: Addresses, one: ListedCollection) -> Link:
    return leads_to(one.title, addresses.feed(f"/collections/{one.id}"), works=one.works)


def _values(library: Library, request: Request, addresses: Addresses) -> list[Group]:
    """Return the kinds and the languages of what there is, each leading to a search."""
    finder = finder_of(request)
    if finder is None:
        return []
    found = kept(request).get(
        "everything", lambda: finder.find_works(library, FindAsked("", page=PageRequest("", 1)))
    )
    return [
        Group(
            say(addresses, f"page.search.by.{facet}"),
            addresses.feed("/search"),
            navigation=[
                leads_to(
                    value_name(facet, value, addresses.language),
                    addresses.feed("/search", {facet: value}),
                    works=count,
                )
                for value, count in found.counted.get(facet, [])[:FEW]
            ],
        )
        for facet in NAVIGATED
    ]
