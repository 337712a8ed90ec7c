"""A paper as it is read: its text with formulas, notes and sources, and what of it cannot be shown."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ledger_service.domain.errors import PaperTooLarge
from reading_room.together.output.html import write_html
from reading_room.together.output.paper_text import find_faults, parse_paper
from reading_room.together.pages.papers.frame import MADE, PREFIX, SignedIn, opened, show, told

router = APIRouter(include_in_schema=False)


@router.get(PREFIX + "/read")
@MADE.takes
def read(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Show the text as it is saved now."""
    found = opened(request, caller, project, paper)
    try:
        printed = told(request, found)
        written = write_html(printed.text, printed.works)
        faults = find_faults(parse_paper(printed.text), printed.works)
    except PaperTooLarge:
        return show(request, "paper_read.html", caller, found, body=None, faults=None)
    # The writer escapes every text and attribute, and writes no tag but its own.
    body = Markup(written.body)  # noqa: S704
    return show(request, "paper_read.html", caller, found, body=body, faults=faults)
