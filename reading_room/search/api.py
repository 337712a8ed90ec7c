"""The route of search: what a library holds, by words, narrowed by facets and put in order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from ledger_service.api.door import (
    AskedPage,
    InCaller,
    InLibrary,
    JsonRoute,
    RegistrationShape,
    Shape,
    needs,
    once,
)
from ledger_service.domain.people.permission import Permission
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.found import VALUES_SHOWN, Asked, Order
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import Found, search
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


@router.get("/search", response_model=SearchShape, openapi_extra=needs(Permission.RESOURCE_READ))
def find(
    library: InLibrary,
    page: AskedPage,
    filters: Annotated[dict[Facet, list[str]], Depends(asked_filters)],
    q: Annotated[str, Query(description="words, phrases, fields; empty for all")] = "",
    sort: Order = Order.RELEVANCE,
    facets: Annotated[bool, Query(description="count what is found by its values, too")] = False,
) -> Response:
    """Find resources by words, in whichever script and with whichever apostrophes they are typed.

    Whatever is typed is a query: words, "phrases", beginnings*, title:, creator:, subject:, year: and
    -exclusions; docs/search.md has them all. The words of a corrected record find it as before.
    """
    asked = Asked(parse_query(q, filters), sort, page.text(), page.limit, with_facets=facets)
    shape = SearchShape.of(search(library, SqlSearch, asked), with_facets=facets)
    return Response(shape.model_dump_json(), media_type="application/json")  # checked once


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
