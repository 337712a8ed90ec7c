"""The page on which a paper is written: the editor, and a form for browsers without scripts."""

from __future__ import annotations

import secrets
from hashlib import sha256

from fastapi import APIRouter, Request, Response

from ledger_service import messages
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import editor_imports, language_of, let_import, library_of
from reading_room.together.editing.read_paper import OpenedPaper
from reading_room.together.output.paper_text import LONGEST_TEXT
from reading_room.together.pages.papers.frame import PREFIX, SignedIn, called, opened, show
from reading_room.together.rules.role import Right

router = APIRouter(include_in_schema=False)
STYLES = "dist/katex.min.css"


@router.get(PREFIX)
def write(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Show the editor with the paper."""
    return show_editor(request, caller, opened(request, caller, project, paper))


def show_editor(
    request: Request,
    caller: Caller,
    paper: OpenedPaper,
    refusal: LedgerError | None = None,
    yours: str = "",
) -> Response:
    """Return the page. refusal: why a text was not taken; yours: that text."""
    imports, nonce = editor_imports(request), secrets.token_urlsafe(16)
    with messages.speaking(language_of(request)):
        names = [(number, called(paper, number)) for number in paper.names]
    page = show(
        request,
        "paper.html",
        caller,
        paper,
        200 if refusal is None else 409,
        refusal,
        imports=None if yours else imports,  # two texts are compared by a person, in plain fields
        nonce=nonce,
        katex="" if imports is None else imports.styles + STYLES,
        kept=kept_of(request, caller),
        names=names,
        right=_right(paper.rights),
        may_write=Right.WRITE in paper.rights,
        yours=yours,
        longest=LONGEST_TEXT,
    )
    return page if imports is None else let_import(page, imports, nonce)


def kept_of(request: Request, caller: Caller) -> str:
    """Return how what a browser keeps for this person begins; nobody else's begins so."""
    told = f"{library_of(request).key.name} papers kept for {caller.subject}"
    return sha256(told.encode()).hexdigest()[:16]


def _right(rights: frozenset[Right]) -> str:
    """Return the most that a member may do to a text."""
    most = [right for right in (Right.MANAGE, Right.WRITE, Right.COMMENT) if right in rights]
    if Right.WRITE not in rights:  # of an archived project, which its lead manages still
        most = [right for right in most if right is Right.COMMENT]
    return most[0].value if most else Right.READ.value
