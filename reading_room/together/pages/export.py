"""All of a project as one ZIP file, made as it is sent: its files, and its papers in all forms."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from ledger_service import messages
from ledger_service.api.door import CutStream
from ledger_service.domain.errors import LedgerError
from ledger_service.web.layout import PRIVATE_HEADERS, language_of, library_of
from reading_room.together.pages.frame import PATH, SignedIn
from reading_room.together.pages.papers.frame import opened
from reading_room.together.pages.papers.take_out import FORMS
from reading_room.together.rules.project import parse_project
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.exporting import export_project
from reading_room.together.verbs.papers import Paper
from reading_room.together.verbs.projects import find_project

router = APIRouter(prefix=PATH, include_in_schema=False)
ENDINGS = ("md", "html", "epub", "pdf")
logger = logging.getLogger("muhr.together")


@router.get("/{project}/export")
def export(request: Request, caller: SignedIn, project: str) -> Response:
    """Give a member all of a project."""
    library, which = library_of(request), parse_project(project)

    def forms_of(paper: Paper) -> Iterator[tuple[str, bytes]]:
        found = opened(request, caller, which, paper.id)
        for ending in ENDINGS:
            try:
                with messages.speaking(language_of(request)):
                    made = FORMS[ending][1](request, caller, found)
            except LedgerError as exc:  # the text itself is there; the rest goes on
                logger.warning("a paper was taken out without %s: %s", ending, exc.slug())
            else:
                yield f".{ending}", made

    title = find_project(library, SqlTogether, caller, which).title
    pieces = export_project(library, SqlTogether, caller, which, forms_of)
    first = next(pieces, b"")
    headers = {
        **PRIVATE_HEADERS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(title, safe='')}.zip",
    }
    return CutStream(chain((first,), pieces), headers=headers, media_type="application/zip")
