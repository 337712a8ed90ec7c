"""Lists of works: all that the library holds, and the collections that records name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from ledger_service.api.door import InLibrary, needs
from ledger_service.domain.errors import RouteNotFound
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import Registration
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.resources import ListAsked, ListOrder
from ledger_service.services.pools import PLACES
from reading_room.interop.iiif.paths.frame import answers, public_url_of, router, say, sent
from reading_room.interop.iiif.ports import Lister
from reading_room.interop.iiif.rules.collections import collection, list_reference, work_reference
from reading_room.interop.iiif.rules.language_maps import LanguageMap, plain
from reading_room.interop.iiif.rules.manifest import CONTEXT
from reading_room.interop.iiif.verbs import is_shown, list_works

WORKS_OF_A_LIST = 100
Cursor = Annotated[str, Query(max_length=400)]


@router.get(
    "/collection.json",
    response_class=Response,
    responses=answers(CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def whole_library(library: InLibrary, request: Request, cursor: Cursor = "") -> Response:
    """List what the library holds, oldest first, as a collection; what does not fit is in the next one."""
    public_url = public_url_of(request)
    page = list_works(library, PageRequest(cursor, WORKS_OF_A_LIST))
    items = [_reference(public_url, item) for item in page.items]
    if not cursor and _lister(request) is not None:
        address = f"{public_url}/iiif/collections.json"
        items.insert(0, list_reference(address, say("page.collections.title")))
    label, homepage = say("page.iiif.library"), f"{public_url}/resources"
    return _listed(f"{public_url}/iiif/collection.json", cursor, page.next, label, homepage, items)


@router.get(
    "/collections.json",
    response_class=Response,
    responses=answers(CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def all_collections(library: InLibrary, request: Request, cursor: Cursor = "") -> Response:
    """List the collections that records name, by title."""
    lister, public_url = _asked_lister(request), public_url_of(request)
    page = lister.list_collections(library, PageRequest(cursor, WORKS_OF_A_LIST))
    items = [
        list_reference(f"{public_url}/iiif/collections/{one.id}.json", plain(one.title))
        for one in page.items
    ]
    address, homepage = f"{public_url}/iiif/collections.json", f"{public_url}/collections"
    return _listed(address, cursor, page.next, say("page.collections.title"), homepage, items)


@router.get(
    "/collections/{collection}.json",
    response_class=Response,
    responses=answers(CONTEXT),
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def one_collection(
    library: InLibrary, request: Request, collection: str, cursor: Cursor = ""
) -> Response:
    """List the works of a collection, by title."""
    lister, public_url = _asked_lister(request), public_url_of(request)
    found = lister.show_collection(library, collection)
    asked = ListAsked(ListOrder.TITLE, Shelf(collection=found.id))
    page = lister.list_works(library, asked, PageRequest(cursor, WORKS_OF_A_LIST))
    items = [_reference(public_url, item) for item in page.items if is_shown(item)]
    address = f"{public_url}/iiif/collections/{found.id}.json"
    homepage = f"{public_url}/collections/{found.id}"
    return _listed(address, cursor, page.next, plain(found.title), homepage, items)


def _lister(request: Request) -> Lister | None:
    found: Lister | None = request.app.state.listing
    return found


def _asked_lister(request: Request) -> Lister:
    found = _lister(request)
    if found is None:
        raise RouteNotFound(path=request.url.path[:200])
    return found


def _reference(public_url: str, item: Registration) -> dict[str, Any]:
    record = item.record
    titles = [(record.title, record.language)]
    titles += [(other.text, other.language) for other in record.titles]
    return work_reference(public_url, item.digest.hex(), titles)


def _listed(
    address: str,
    cursor: str,
    following: str | None,
    label: LanguageMap,
    homepage: str,
    items: Sequence[dict[str, Any]],
) -> Response:
    """Return a list, of which what follows is a further list. cursor: by which this part was asked for."""
    further = []
    if following is not None:
        further = [list_reference(f"{address}?cursor={following}", say("page.iiif.further"))]
    own = f"{address}?cursor={cursor}" if cursor else address
    name = say("page.iiif.further") if cursor else label
    return sent(collection(own, name, homepage, [*items, *further]), CONTEXT)
