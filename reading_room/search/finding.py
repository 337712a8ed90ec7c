"""What the search finds, for rooms that show it in a protocol of others."""

from __future__ import annotations

from ledger_service.ports.resources import FindAsked, FoundWorks
from ledger_service.services.library import Library
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.found import VALUES_SHOWN, Asked, Order
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import search


def find_works(library: Library, asked: FindAsked) -> FoundWorks:
    """Return what is found, nearest first, and without words what is newest; raise as `search`.

    Names of facets that the search does not know are passed over.
    """
    known = {facet.value for facet in Facet}
    chosen = {Facet(name): [*values] for name, values in asked.chosen.items() if name in known}
    query = parse_query(asked.words, chosen)
    order, page = Order.RELEVANCE, asked.page
    found = search(
        library, SqlSearch, Asked(query, order, page.text(), page.limit, with_facets=True)
    )
    counted = {facet.value: rows[:VALUES_SHOWN] for facet, rows in found.facets.items()}
    return FoundWorks(found.items, found.next, found.total, counted)
