"""Pages of the consortium, for everybody; they need no script, and ask no chain node."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.consortium.act import tell_acts
from ledger_service.ports.paging import PageRequest
from ledger_service.services.library import Library
from ledger_service.web.layout import Layout, compressed, library_of
from reading_room.consortium.rules import draw
from reading_room.consortium.sql import SqlCouncil
from reading_room.consortium.verbs import (
    SeenCouncil,
    ShownMember,
    list_acts,
    names_here,
    show_charter,
    show_council,
    show_members,
)

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = (("/consortium", "page.consortium.link"),)
UNITS = (("days", 86_400), ("hours", 3600))
ACTS_A_PAGE, NEWEST_ACTS = 50, 5


def is_shown(library: Library) -> bool:
    """Return whether pages lead here: those of a library that is alone do not."""
    return library.charter is not None


@router.get("/consortium", response_class=HTMLResponse)
def consortium(request: Request) -> HTMLResponse:
    """Show the consortium."""
    library = library_of(request)
    charter, members = show_charter(library), show_members(library)
    council = show_council(library, SqlCouncil)
    acts = list_acts(library, PageRequest(limit=NEWEST_ACTS))
    page = layout.page(
        request,
        "consortium.html",
        charter=charter,
        members=members,
        places={one.known.member.steward: place for place, one in enumerate(members, 1)},
        drawing=draw(len(members), _places(members)),
        council=council,
        acts=acts.items,
        more=acts.next is not None,
        names=names_here(library),
        titles={one.known.member.steward: one.known.member.name for one in members},
        checksummed=checksummed,
        tell_acts=tell_acts,
        delay=_told_delay(council),
        now=library.clock(),
    )
    return compressed(request, page)


@router.get("/consortium/acts", response_class=HTMLResponse)
def acts(request: Request, cursor: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """Show what the council did, the newest first."""
    library = library_of(request)
    charter = show_charter(library)
    found = list_acts(library, PageRequest(cursor, ACTS_A_PAGE))
    page = layout.page(
        request,
        "acts.html",
        charter=charter,
        acts=found.items,
        next=found.next,
        is_first=not cursor,
        names=names_here(library),
    )
    return compressed(request, page)


@router.get("/consortium/charter.json")
def charter(request: Request) -> Response:
    """Hand out the charter, as the council publishes it."""
    headers = {"Content-Disposition": 'attachment; filename="consortium.json"'}
    text = show_charter(library_of(request)).format()
    return Response(text, headers=headers, media_type="application/json")


def _told_delay(council: SeenCouncil | None) -> tuple[str, int]:
    """Return the unit in which a delay is told, and how many of it."""
    seconds = 0 if council is None else council.state.delay
    for unit, size in UNITS:
        if seconds and seconds % size == 0:
            return unit, seconds // size
    return "seconds", seconds


def _places(members: list[ShownMember]) -> list[list[int]]:
    places = {one.known.member.steward: place for place, one in enumerate(members)}
    return [[places[witness] for witness in one.signed_by] for one in members]
