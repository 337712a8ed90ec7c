"""The page of one's own projects: those that there are, what one is invited to, and a new one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.together.pages.frame import PATH, SignedIn, act, layout, path_of
from reading_room.together.rules.words import LONGEST_NAME, LONGEST_TITLE
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.joining import (
    accept_invitation,
    own_invitations,
    refuse_invitation,
)
from reading_room.together.verbs.projects import list_projects, make_project

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("")
def projects(request: Request, caller: SignedIn) -> Response:
    """Show one's projects."""
    return _show(request, caller)


@router.post("")
async def make(request: Request, caller: SignedIn) -> Response:
    """Make a project, and lead to it."""
    fields = await read_fields(request)

    def do() -> str:
        library = library_of(request)
        return path_of(
            make_project(library, SqlTogether, caller, fields["title"], fields["name"]).id
        )

    return await run_in_threadpool(act, do, lambda refusal: _show(request, caller, refusal, fields))


@router.post("/invitations/{invitation}")
async def answer(request: Request, caller: SignedIn, invitation: str) -> Response:
    """Join a project to which one is invited, or refuse."""
    fields = await read_fields(request)

    def do() -> str:
        library = library_of(request)
        if fields["do"] == "refuse":
            refuse_invitation(library, SqlTogether, caller, invitation)
            return PATH
        return path_of(accept_invitation(library, SqlTogether, caller, invitation, fields["name"]))

    return await run_in_threadpool(act, do, lambda refusal: _show(request, caller, refusal))


def _show(
    request: Request,
    caller: Caller,
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    library = library_of(request)
    return layout.own_page(
        request,
        "projects.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        projects=list_projects(library, SqlTogether, caller),
        invitations=own_invitations(library, SqlTogether, caller),
        given=given or Fields(),
        longest_title=LONGEST_TITLE,
        longest_name=LONGEST_NAME,
    )
