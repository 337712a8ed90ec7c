"""Pages that say how recommendations are made, and what is near to what was opened in this browser.

The second is found by the browser alone: it takes the whole list, and the service is told nothing.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import RecommendationsNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.web.layout import Layout, compressed, library_of
from reading_room.recommendations.rules.terms import Terms
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.verbs.runs import (
    find_card,
    find_run,
    list_part,
    list_sizes,
    state_of,
)

router = APIRouter(include_in_schema=False)
layout = Layout(FilePath(__file__).with_name("templates"))
LINKS = (("/recommendations", "page.recommendations.link"),)
"""(path, id of the words) of the links that lead here from every page."""
AskedPart = Annotated[int, Path(ge=0, lt=1_000)]


@router.get("/recommendations", response_class=HTMLResponse)
def recommendations(request: Request) -> HTMLResponse:
    """Say how it is found what is near, and let a browser look by what was opened in it."""
    library = library_of(request)
    sizes = list_sizes(library, SqlRecommendations)
    page = layout.page(
        request,
        "recommendations.html",
        state=state_of(library),
        run=find_run(library, SqlRecommendations),
        parts=len(sizes),
        list_bytes=sum(sizes),
        terms=Terms(),
    )
    return compressed(request, page)


@router.get("/recommendations/model-card", response_class=HTMLResponse)
def model_card(request: Request) -> HTMLResponse:
    """Show the card of the newest run, in words and as the ledger attests it."""
    try:
        statement, entry = find_card(library_of(request), SqlRecommendations)
    except RecommendationsNotFound:
        return layout.page(request, "model_card.html", 404, card=None)
    page = layout.page(
        request,
        "model_card.html",
        card=foreign_json.parse(statement),
        statement=statement.decode(),
        digest=Digest.of(statement).hex(),
        entry=entry,
    )
    return compressed(request, page)


@router.get("/recommendations/list/{number}.json", response_class=Response)
def part(request: Request, number: AskedPart) -> Response:
    """Return a part of the list of all; browsers ask for every part, whatever they look for."""
    found = list_part(library_of(request), SqlRecommendations, number)
    headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=3600"}
    return Response(found, media_type="application/json", headers=headers)
