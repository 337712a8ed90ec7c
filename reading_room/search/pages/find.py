"""The page that finds resources by words; it needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import keep_for_all
from ledger_service.domain.errors import InvalidCursor, TooManySearches
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.ports.paging import PageRequest
from ledger_service.services.pools import MEMBERS
from ledger_service.services.resources.find_resources import list_stewards
from ledger_service.web.layout import address_of, library_of
from reading_room.search.pages.frame import layout, place_of, router
from reading_room.search.pages.together import PATH, address, form_values, show_together
from reading_room.search.rules.facet import Facet, Kind
from reading_room.search.rules.found import CANDIDATES, VALUES_SHOWN, Asked, Order
from reading_room.search.rules.members.together import AskedTogether
from reading_room.search.rules.query import LONGEST_QUERY, parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import Found, find_digest, search
from reading_room.search.verbs.members.find_together import has_members
from reading_room.search.verbs.members.patience import take_turn

ROWS = 20
CURRENT = (RegistrationState.REGISTERED, RegistrationState.ACCEPTED, RegistrationState.SUBMITTED)
Chosen = dict[Facet, list[str]]


@dataclass(frozen=True)
class Choice:
    """A value by which what is found can be narrowed, and where a click on it leads."""

    value: str
    count: int
    href: str
    is_chosen: bool


async def asked_filters(request: Request) -> Chosen:
    """Return the values that the address chooses, by facet."""
    asked = {facet: request.query_params.getlist(facet.value) for facet in Facet}
    return {facet: values for facet, values in asked.items() if values}


@router.get(PATH, response_class=HTMLResponse)
async def find(
    request: Request,
    filters: Annotated[Chosen, Depends(asked_filters)],
    q: Annotated[str, Query()] = "",
    sort: Annotated[str, Query()] = Order.RELEVANCE.value,
    cursor: Annotated[str, Query()] = "",
    members: Annotated[str, Query()] = "",
) -> Response:
    """Show what is found by words, or go straight to the page of what the text names by itself.

    members: 1 for what all libraries of the consortium have.
    """
    library = library_of(request)
    order = Order(sort) if sort in list(Order) else Order.RELEVANCE
    typed, refusal = q[:LONGEST_QUERY], None
    if members == "1" and has_members(library):
        try:
            take_turn(library, address_of(request))
        except TooManySearches as exc:
            refusal, cursor = exc.reason, ""
        else:
            asked = AskedTogether(typed, filters, order, cursor, ROWS)
            return await MEMBERS.run(partial(show_together, request, asked))
    show = partial(_show, request, filters, typed, order, cursor, refusal)
    return await run_in_threadpool(show)


def _show(
    request: Request,
    filters: Chosen,
    typed: str,
    order: Order,
    cursor: str,
    refusal: Reason | None,
) -> Response:
    """Show what this library has. refusal: why the others are not asked, if they were to be."""
    library = library_of(request)
    if refusal is None:
        keep_for_all(request)
    named = None if filters or cursor else find_digest(library, SqlSearch, typed)
    if named is not None:
        return RedirectResponse(place_of(request, named), 303)
    given: dict[str, Any] = {"q": typed, "order": order, "orders": list(Order), "chosen": filters}
    given |= {"refusal": refusal, **form_values(library, is_in_all=refusal is not None)}
    is_asked = bool(typed.strip() or filters)
    try:
        after = PageRequest(cursor[:200]).text()
        asked = Asked(parse_query(typed, filters), order, after, ROWS, with_facets=True)
        found = search(library, SqlSearch, asked)
    except InvalidCursor:
        return layout.page(request, "search.html", 422, fault=True, found=None, **given)
    return layout.page(
        request,
        "search.html",
        found=found,
        is_asked=is_asked,
        most=CANDIDATES,
        choices=_choices(found, typed, order, filters),
        stewards={one.id.hex(): one.name for one in list_stewards(library)},
        next=found.next and address(typed, order, filters, cursor=found.next),
        first=address(typed, order, filters) if cursor else None,
        meant=found.suggestion and address(found.suggestion, order, filters),
        whole=address(typed, order, {}) if filters else None,
        kept_as=address(typed, order, filters).partition("?")[2],
        current=CURRENT,
        kind_of=Kind.of,
        place=lambda digest: place_of(request, digest),
        **given,
    )


def _choices(
    found: Found, typed: str, order: Order, filters: Mapping[Facet, list[str]]
) -> list[tuple[Facet, list[Choice]]]:
    """Return each facet that tells what was found apart, with its values."""
    shown = []
    for facet, counted in found.facets.items():
        chosen, known = filters.get(facet, []), dict(counted)
        counts = dict(counted[:VALUES_SHOWN]) | {value: known.get(value, 0) for value in chosen}
        if len(counts) < 2 and not chosen:
            continue
        values = sorted(counts.items(), reverse=True) if facet is Facet.YEAR else counts.items()
        choices = []
        for value, count in values:
            href = address(typed, order, _turned(filters, facet, value))
            choices.append(Choice(value, count, href, value in chosen))
        shown.append((facet, choices))
    return shown


def _turned(filters: Mapping[Facet, list[str]], facet: Facet, value: str) -> Chosen:
    """Return the filters with this value chosen, or no more if it was."""
    chosen = filters.get(facet, [])
    turned = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
    return {**filters, facet: turned}
