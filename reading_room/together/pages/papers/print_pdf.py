"""A paper as a PDF to print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ledger_service.web.typesetting import typeset_text
from reading_room.together.output.paper_text import Paper
from reading_room.together.output.printed import print_paper

MEDIA_TYPE = "application/pdf"


def make_pdf(paper: Paper) -> bytes:
    """Return the PDF; raise PaperTooLarge."""
    return typeset_text(_template(), print_paper(paper), paper.at)


@cache
def _template() -> bytes:
    return (Path(__file__).parents[2] / "templates" / "paper.typ").read_bytes()
