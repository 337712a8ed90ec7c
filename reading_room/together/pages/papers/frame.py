"""What the pages of a paper share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.domain.errors import LedgerError, ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.services.pools import Pool
from ledger_service.web.layout import Layout, language_of, library_of, signed_in
from reading_room.together.editing.cited_works import find_works
from reading_room.together.editing.read_paper import OpenedPaper, open_paper
from reading_room.together.output.paper_text import Paper
from reading_room.together.rules.project import parse_paper, parse_project
from reading_room.together.sql import SqlTogether

PREFIX = "/me/projects/{project}/papers/{paper}"
layout = Layout(Path(__file__).parents[2] / "templates")
MADE = Pool("papers made", 2)
"""Pages and files for which a whole paper is read and set: a long one takes a core for seconds."""
SignedIn = Annotated[Caller, Depends(signed_in)]


def opened(request: Request, caller: Caller, project: str, paper: str) -> OpenedPaper:
    """Return the paper of an address; raise as `open_paper`, and for another project as for no paper."""
    found = open_paper(library_of(request), SqlTogether, caller, parse_paper(paper))
    if found.project != parse_project(project):
        raise ProjectPartNotFound("paper")
    return found


def base_of(paper: OpenedPaper) -> str:
    """Return where the pages of a paper begin."""
    return f"/me/projects/{paper.project}/papers/{paper.id}"


def show(
    request: Request,
    template: str,
    caller: Caller,
    paper: OpenedPaper,
    status: int = 200,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of a paper."""
    base = base_of(paper)
    return layout.own_page(
        request, template, caller, status, refusal, paper=paper, base=base, **values
    )


def told(request: Request, paper: OpenedPaper) -> Paper:
    """Return a paper as files are made of it, with what it cites."""
    language = language_of(request)
    public_url: str = request.app.state.public_url
    return Paper(
        id=f"urn:uuid:{paper.id[:8]}-{paper.id[8:12]}-{paper.id[12:16]}-{paper.id[16:20]}-{paper.id[20:]}",
        title=paper.title,
        language=language,
        text=paper.text,
        at=paper.at,
        authors=paper.authors,
        works=find_works(library_of(request), paper.text, public_url, language),
    )


def called(paper: OpenedPaper, number: int) -> str:
    """Return how a member is called on the page."""
    return paper.names.get(number) or messages.said("page.paper.member", number=number)
