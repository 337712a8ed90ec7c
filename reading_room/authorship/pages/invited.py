"""The page of a link by which an author is asked: it takes the place for whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidAuthors
from ledger_service.services.authorship.accept_place import find_invitation, join_statement
from ledger_service.web.layout import library_of
from reading_room.authorship.pages.frame import PATH, SignedIn, layout

router = APIRouter(prefix=f"{PATH}/invited", include_in_schema=False)
Code = Annotated[str, Path(max_length=64)]


@router.get("/{code}")
def ask(request: Request, caller: SignedIn, code: Code) -> Response:
    """Ask whether to take the place, since a link changes nothing."""
    found = find_invitation(library_of(request), caller, code)
    page = layout.own_page(request, "statement_invited.html", caller, invited=found, code=code)
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@router.post("/{code}")
def join(request: Request, caller: SignedIn, code: Code) -> Response:
    """Take the place, and lead to the statement."""
    library = library_of(request)
    try:
        statement = join_statement(library, caller, code)
    except InvalidAuthors as exc:
        found = find_invitation(library, caller, code)
        told = {"invited": found, "code": code}
        return layout.own_page(request, "statement_invited.html", caller, 422, exc, **told)
    return RedirectResponse(f"{PATH}/{statement}", 303)
