"""The route of search: what a library holds, by words, narrowed by facets and put in order."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from ledger_service.api.door import (
    ADDRESS,
    InCaller,
    InLibrary,
    JsonRoute,
    PageSize,
    RegistrationShape,
    Shape,
    keep_for_all,
    needs,
    once,
)
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library
from ledger_service.services.pools import MEMBERS
from reading_room.search.api.together_shapes import TogetherShape
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.found import VALUES_SHOWN, Asked, Order
from reading_room.search.rules.members.place import LONGEST
from reading_room.search.rules.members.together import AskedTogether
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import Found, search
from reading_room.search.verbs.members.find_together import MOST_TOGETHER, find_together
from reading_room.search.verbs.members.patience import PATIENCE, take_turn
from reading_room.search.verbs.rebuild import rebuild

router = APIRouter(route_class=JsonRoute, tags=["resources"])
Chosen = Annotated[list[str] | None, Query(description="one of these values; may be repeated")]


class ValueShape(Shape):
    """How many of what was found have this value."""

    value: str
    count: int


class DirectShape(Shape):
    """The one resource that the text names by itself. sure: nobody would type it to find words."""

    digest: str
    sure: bool


class SearchShape(Shape):
    """What was found. next: the cursor of the page after this one, null at the end.

    total: how many were found; more: there are more than that, of which only the nearest and newest were
    counted and put in order. facets: how many have each value, null unless asked for. direct: what the text
    names by itself; suggestion: what may have been meant. index_size: of the ledger's entries, so many were
    read into the index; what stands in the newest is found all the same.
    """

    items: list[RegistrationShape]
    next: str | None
    total: int
    more: bool
    facets: dict[str, list[ValueShape]] | None
    direct: DirectShape | None
    suggestion: str | None
    index_size: int

    @classmethod
    def of(cls, found: Found, *, with_facets: bool) -> SearchShape:
        facets = None
        if with_facets:
            facets = {
                facet.value: [
                    ValueShape(value=value, count=count)
                    for value, count in found.facets.get(facet, [])[:VALUES_SHOWN]
                ]
                for facet in Facet
            }
        direct = found.direct
        return cls(
            items=[RegistrationShape.of(item) for item in found.items],
            next=found.next,
            total=found.total,
            more=found.is_more,
            facets=facets,
            direct=None
            if direct is None
            else DirectShape(digest=direct.digest.hex(), sure=direct.is_sure),
            suggestion=found.suggestion,
            index_size=found.looked_to,
        )


async def asked_filters(
    kind: Chosen = None,
    language: Chosen = None,
    license: Chosen = None,
    access: Chosen = None,
    steward: Chosen = None,
    subject: Chosen = None,
    year: Annotated[list[str] | None, Query(description="such as 1990 or 1990-1999")] = None,
) -> dict[Facet, list[str]]:
    """Return the values that were chosen, by facet."""
    chosen = {
        Facet.KIND: kind,
        Facet.LANGUAGE: language,
        Facet.LICENSE: license,
        Facet.ACCESS: access,
        Facet.STEWARD: steward,
        Facet.SUBJECT: subject,
        Facet.YEAR: year,
    }
    return {facet: values for facet, values in chosen.items() if values}


async def asked_page(
    cursor: Annotated[
        str, Query(max_length=LONGEST, description="`next` of the page before; empty for the first")
    ] = "",
    limit: PageSize = 50,
) -> PageRequest:
    """Return the page that a request asks for; a cursor of all libraries is long."""
    return PageRequest(cursor, limit)


@router.get(
    "/search",
    response_model=SearchShape | TogetherShape,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
async def find(
    request: Request,
    library: InLibrary,
    page: Annotated[PageRequest, Depends(asked_page)],
    filters: Annotated[dict[Facet, list[str]], Depends(asked_filters)],
    q: Annotated[str, Query(description="words, phrases, fields; empty for all")] = "",
    sort: Order = Order.RELEVANCE,
    facets: Annotated[bool, Query(description="count what is found by its values, too")] = False,
    members: Annotated[
        bool, Query(description="in all libraries of the consortium; the words go to them")
    ] = False,
) -> Response:
    """Find resources by words, in whichever script and with whichever apostrophes they are typed.

    Whatever is typed is a query: words, "phrases", beginnings*, title:, creator:, subject:, year: and
    -exclusions; docs/search.md has them all. The words of a corrected record find it as before.

    With `members`, the libraries of the other members are asked, too, each for some seconds; what they tell
    is looked up in copies of their ledgers that this library keeps. There are no facets then, and at most
    50 items.
    """
    if members:
        client = request.client.host if request.client else ""
        take_turn(library, str(request.scope.get(ADDRESS) or client))
        together = AskedTogether(q, filters, sort, page.cursor, min(page.limit, MOST_TOGETHER))
        shape: Shape = await MEMBERS.run(partial(_in_all, library, together))
    else:
        asked = Asked(parse_query(q, filters), sort, page.text(), page.limit, with_facets=facets)
        shape = await run_in_threadpool(_here, request, library, asked)
    return Response(shape.model_dump_json(), media_type="application/json")  # checked once


def _here(request: Request, library: Library, asked: Asked) -> SearchShape:
    keep_for_all(request)
    return SearchShape.of(search(library, SqlSearch, asked), with_facets=asked.with_facets)


def _in_all(library: Library, asked: AskedTogether) -> TogetherShape:
    return TogetherShape.of(find_together(library, SqlSearch, asked, PATIENCE))


class IndexShape(Shape):
    """ledger_size: how many entries the index is made of."""

    ledger_size: int


@router.post(
    "/search/index",
    status_code=202,
    response_model=IndexShape,
    openapi_extra=needs(Permission.SEARCH_INDEX),
)
@once
def make_anew(library: InLibrary, caller: InCaller) -> IndexShape:
    """Have the index dropped and made anew by the worker; until that is done, less is found."""
    return IndexShape(ledger_size=rebuild(library, caller, SqlSearch))
