"""Files that are made of a paper: Markdown, HTML, EPUB, PDF, and all of them with the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from ledger_service import messages
from ledger_service.domain.errors import ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import PRIVATE_HEADERS, language_of, library_of
from reading_room.together.editing.read_paper import OpenedPaper
from reading_room.together.editing.versions import list_versions, read_text
from reading_room.together.output import epub, page, parcel
from reading_room.together.output.paper_text import Paper
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

router = APIRouter(include_in_schema=False)
MARKDOWN = "text/markdown; charset=utf-8"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Of a file that is shown though it should be kept: it runs nothing, and is of no origin."""
MOST_VERSIONS = 200  # whose texts a parcel has


@router.get(PREFIX + "/take-out")
def offer(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Show what can be made of the paper."""
    return show(request, "paper_take_out.html", caller, opened(request, caller, project, paper))


@router.get(PREFIX + "/take-out/{end}")
@MADE.takes
def take_out(request: Request, caller: SignedIn, project: str, paper: str, end: str) -> Response:
    """Give the paper as a file; raise ProjectPartNotFound for a form that is not made."""
    if end not in FORMS:
        raise ProjectPartNotFound("form")
    media_type, make = FORMS[end]
    found = opened(request, caller, project, paper)
    with messages.speaking(language_of(request)):
        body = make(request, caller, found)
    name = quote(found.title, safe="") or "paper"
    headers = {
        **PRIVATE_HEADERS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}.{end}",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=media_type, headers=headers)


def _markdown(_: Request, __: Caller, paper: OpenedPaper) -> bytes:
    return paper.text.encode()


def _book(paper: Paper) -> bytes:
    return epub.make_epub(paper, messages.said("page.paper.contents"))


def _parcel(request: Request, caller: Caller, paper: OpenedPaper) -> bytes:
    library, printed = library_of(request), told(request, paper)
    versions = list_versions(library, SqlTogether, caller, paper.id)
    texts = [
        parcel.PastText(
            one.number,
            one.at,
            tuple(called(paper, number) for number in one.members),
            read_text(library, SqlTogether, caller, paper.id, one.number),
        )
        for one in versions[:MOST_VERSIONS]
    ]
    forms = {
        "paper.md": paper.text.encode(),
        "paper.html": page.make_page(printed),
        "paper.epub": _book(printed),
        "paper.pdf": print_pdf.make_pdf(printed),
    }
    return parcel.make_parcel(forms, texts)


def _of(make: Callable[[Paper], bytes], request: Request, _: Caller, paper: OpenedPaper) -> bytes:
    return make(told(request, paper))


FORMS: dict[str, tuple[str, Callable[[Request, Caller, OpenedPaper], bytes]]] = {
    "md": (MARKDOWN, _markdown),
    "html": (page.MEDIA_TYPE, partial(_of, page.make_page)),
    "epub": (epub.MEDIA_TYPE, partial(_of, _book)),
    "pdf": (print_pdf.MEDIA_TYPE, partial(_of, print_pdf.make_pdf)),
    "zip": (parcel.MEDIA_TYPE, _parcel),
}
"""By how a file's name ends."""
