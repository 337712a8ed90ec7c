"""The page that finds resources in all libraries of the consortium; it needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.identifiers import Digest
from ledger_service.services.consortium.copies.find_copy import kept_works
from ledger_service.services.library import Library
from ledger_service.web.layout import compressed, library_of
from reading_room.search.pages.frame import layout
from reading_room.search.rules.facet import Facet, Kind
from reading_room.search.rules.found import Order
from reading_room.search.rules.members.together import AskedTogether, FoundTogether
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.members.find_together import find_together, has_members
from reading_room.search.verbs.members.patience import BOUND_SECONDS, PATIENCE

MARKS = {"held": "authentic_as_told", "on_chain": "authentic_as_told", "not_checked": "not_checked"}
"""The mark of each standing. A filled seal needs every check in the visitor's own browser."""
PATH = "/search"


def form_values(library: Library, *, is_in_all: bool) -> dict[str, Any]:
    """Return what the form of search shows of the consortium; consortium: its name, "" for none."""
    charter = library.charter if has_members(library) else None
    return {
        "consortium": "" if charter is None else charter.name,
        "is_in_all": is_in_all,
        "bound": int(BOUND_SECONDS),
    }


def show_together(request: Request, asked: AskedTogether) -> HTMLResponse:
    """Show what is found in all libraries that answer."""
    library = library_of(request)
    here = address(asked.words, asked.order, asked.chosen)
    first = address(asked.words, asked.order, asked.chosen, members="1")
    given: dict[str, Any] = {
        "q": asked.words,
        "order": asked.order,
        "orders": list(Order),
        "chosen": asked.chosen,
        "marks": MARKS,
        "here": here,
        **form_values(library, is_in_all=True),
    }
    try:
        found = find_together(library, SqlSearch, asked, PATIENCE)
    except InvalidCursor:
        return layout.page(
            request, "search_together.html", 422, fault=True, found=None, first=first, **given
        )
    following = found.next and address(
        asked.words, asked.order, asked.chosen, members="1", cursor=found.next
    )
    page = layout.page(
        request,
        "search_together.html",
        found=found,
        kept=_kept(request, found),
        next=following,
        first=first if asked.cursor else None,
        kind_of=Kind.of,
        **given,
    )
    return compressed(request, page)


def _kept(request: Request, found: FoundTogether) -> frozenset[Digest]:
    """Return which of the works found are others' and have a copy here that has a page."""
    if "/copies/{digest}" not in request.app.state.places:
        return frozenset()
    of_others = [work.digest for work in found.works if not work.holder.is_own]
    return kept_works(library_of(request), of_others)


def address(typed: str, order: Order, chosen: Mapping[Facet, list[str]], **further: str) -> str:
    """Return the path of a search. further: members, cursor."""
    asked: list[tuple[str, str]] = [("q", typed)] if typed else []
    if order is not Order.RELEVANCE:
        asked.append(("sort", order.value))
    asked += [(facet.value, value) for facet, values in chosen.items() for value in values]
    asked += further.items()
    return f"{PATH}?{urlencode(asked)}" if asked else PATH
