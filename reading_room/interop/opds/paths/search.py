"""What is found by words, narrowed by facets."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from ledger_service.api.door import InLibrary, needs
from ledger_service.domain.errors import RouteNotFound
from ledger_service.domain.exports.forms.opds import FEED_TYPE, Link, link
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.resources import FindAsked, FoundWorks
from ledger_service.services.library import Library
from ledger_service.services.pools import PLACES
from ledger_service.services.resources.find_resources import list_stewards
from reading_room.interop.opds.paths.catalog import FEED, everywhere, home
from reading_room.interop.opds.paths.frame import (
    ROWS,
    Cursor,
    InAddresses,
    finder_of,
    publications_of,
    router,
    say,
    send,
)
from reading_room.interop.opds.paths.values import value_name
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.feed import Facet, Feed, leads_to

FACETS = ("kind", "language", "access", "license", "steward", "subject", "year")
MOST_VALUES = 12  # of a facet
Value = Annotated[str, Query(max_length=300)]


async def chosen_values(
    kind: Value = "",
    language: Value = "",
    access: Value = "",
    license: Value = "",
    steward: Value = "",
    subject: Value = "",
    year: Value = "",
) -> dict[str, str]:
    """Return the values that were chosen, by facet."""
    values = (kind, language, access, license, steward, subject, year)
    return {name: value for name, value in zip(FACETS, values, strict=True) if value}


@router.get(
    "/search",
    response_class=Response,
    responses=FEED,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def search(
    library: InLibrary,
    request: Request,
    addresses: InAddresses,
    chosen: Annotated[dict[str, str], Depends(chosen_values)],
    query: Annotated[str, Query(max_length=500, description="words, as on the search's page")] = "",
    cursor: Cursor = "",
) -> Response:
    """Find by words and facets; without words, all that fits, newest first."""
    finder = finder_of(request)
    if finder is None:
        raise RouteNotFound(path=request.url.path)
    narrowed = {name: [value] for name, value in chosen.items()}
    found = finder.find_works(library, FindAsked(query, narrowed, PageRequest(cursor, ROWS)))
    told = publications_of(request, library, addresses, found.items)
    kept = {"query": query, **chosen}
    feed = Feed(
        title=say(addresses, "page.opds.found", words=query)
        if query
        else say(addresses, "page.opds.search"),
        address=addresses.feed("/search", {**kept, "cursor": cursor}),
        links=[*everywhere(addresses), *_pages(addresses, found, kept, cursor)],
        publications=told,
        navigation=[] if told else [home(addresses)],
        facets=_facets(library, addresses, found, query, chosen),
        works=found.total,
        page_size=ROWS,
    )
    return send(request, addresses, feed.told())


def _pages(
    addresses: Addresses, found: FoundWorks, kept: dict[str, str], cursor: str
) -> list[Link]:
    links = []
    if cursor:
        links.append(link("first", addresses.feed("/search", kept), FEED_TYPE))
    if found.next is not None:
        onward = addresses.feed("/search", {**kept, "cursor": found.next})
        links.append(link("next", onward, FEED_TYPE))
    return links


def _facets(
    library: Library, addresses: Addresses, found: FoundWorks, query: str, chosen: dict[str, str]
) -> list[Facet]:
    """Return each facet that tells what was found apart; what is chosen is a `self`, beside the way out."""
    stewards = {one.id.hex(): one.name for one in list_stewards(library)}
    facets = []
    for name in FACETS:
        others = {one: value for one, value in chosen.items() if one != name}
        links = []
        if name in chosen:
            whole = addresses.feed("/search", {"query": query, **others})
            links.append(
                leads_to(say(addresses, "page.opds.all"), whole, "http://opds-spec.org/facet")
            )
        for value, count in found.counted.get(name, [])[:MOST_VALUES]:
            href = addresses.feed("/search", {"query": query, **others, name: value})
            title = stewards.get(value) or value_name(name, value, addresses.language)
            rel = "self" if chosen.get(name) == value else "http://opds-spec.org/facet"
            links.append(leads_to(title, href, rel, count))
        facets.append(Facet(say(addresses, f"page.search.by.{name}"), links))
    return facets
