"""Seal a version of a paper: choose who signs it, in which order, and whether shares of the text are told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidAuthors, LedgerError, OverLimit, PaperTooLarge
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.together.editing.read_paper import OpenedPaper
from reading_room.together.live.read import PaperState, read_paper
from reading_room.together.pages.papers import print_pdf
from reading_room.together.pages.papers.frame import (
    MADE,
    PREFIX,
    SignedIn,
    called,
    opened,
    show,
    told,
)
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.seal import seal_paper, shares_of

router = APIRouter(include_in_schema=False)
LONGEST_PLACE = 3  # digits
MOST_PLACE = 10**LONGEST_PLACE - 1


@router.get(PREFIX + "/seal")
def ask(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Show who wrote the paper, and ask who signs it."""
    return _page(request, caller, opened(request, caller, project, paper))


@router.post(PREFIX + "/seal")
async def seal(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Make a file of the version that stands now, and ask its authors to sign it."""
    fields = await read_fields(request)
    return await MADE.run(partial(_seal, request, caller, project, paper, fields))


def _seal(request: Request, caller: Caller, project: str, paper: str, fields: Fields) -> Response:
    found = opened(request, caller, project, paper)
    try:
        state = _state(request, caller, found)
        version = replace(found, text=state.text)
        authors = _authors(found, fields)
        file = print_pdf.make_pdf(told(request, version))
        shares = shares_of(state) if fields["shares"] else {}
        begun = seal_paper(
            library_of(request),
            SqlTogether,
            caller,
            found.id,
            fields["title"] or found.title,
            file,
            authors,
            shares,
        )
    except (InvalidAuthors, OverLimit, PaperTooLarge) as exc:
        return _page(request, caller, found, exc)
    return RedirectResponse(f"/me/statements/{begun.id}", 303)


def _state(request: Request, caller: Caller, paper: OpenedPaper) -> PaperState:
    return read_paper(library_of(request), SqlTogether, SqlTogether, caller, paper.id)


def _authors(paper: OpenedPaper, fields: Fields) -> list[int]:
    """Return the members that a form gives a place, in the order of their places."""
    places: list[tuple[int, int]] = []
    for number in paper.names:
        text = fields[f"place-{number}"]
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_PLACE and int(text)):
            raise InvalidAuthors("place", most=MOST_PLACE)
        places.append((int(text), number))
    if len({place for place, _ in places}) < len(places):
        raise InvalidAuthors("same-place")
    return [number for _, number in sorted(places)]


def _page(
    request: Request, caller: Caller, paper: OpenedPaper, refusal: LedgerError | None = None
) -> Response:
    shares = shares_of(_state(request, caller, paper))
    members = sorted(paper.names, key=lambda number: (-shares.get(number, 0), number))
    return show(
        request,
        "paper_seal.html",
        caller,
        paper,
        200 if refusal is None else 422,
        refusal,
        members=[(number, called(paper, number), shares.get(number)) for number in members],
    )
