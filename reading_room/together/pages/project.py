"""The page of a project: its papers and files, what it is called, whether it goes on, and leaving it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import InvalidProject, LedgerError
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import library_of, read_fields
from reading_room.together.pages.frame import PATH, SignedIn, act, path_of, show_page
from reading_room.together.rules.project import (
    ProjectId,
    ProjectState,
    parse_paper,
    parse_project,
)
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.files import list_files
from reading_room.together.verbs.members import leave_project
from reading_room.together.verbs.papers import (
    list_papers,
    make_paper,
    remove_paper,
    rename_paper,
)
from reading_room.together.verbs.projects import change_project

router = APIRouter(prefix=PATH, include_in_schema=False)
STATES = {"archive": ProjectState.ARCHIVED, "open": ProjectState.OPEN}


@router.get("/{project}")
def project(request: Request, caller: SignedIn, project: str) -> Response:
    """Show a project."""
    return show_project(request, caller, parse_project(project))


@router.post("/{project}")
async def change(request: Request, caller: SignedIn, project: str) -> Response:
    """Give a project another title, archive it, or open it again."""
    fields, which = await read_fields(request), parse_project(project)

    def do() -> str:
        title = fields["title"] if fields["do"] == "rename" else None
        state = STATES.get(fields["do"])
        change_project(library_of(request), SqlTogether, caller, which, title, state)
        return path_of(which)

    return await _done(request, caller, which, do)


@router.get("/{project}/leave")
def ask_to_leave(request: Request, caller: SignedIn, project: str) -> Response:
    """Ask whether to leave, and tell what happens then."""
    return show_page(request, "project_leave.html", caller, parse_project(project))


@router.post("/{project}/leave")
async def leave(request: Request, caller: SignedIn, project: str) -> Response:
    """Leave a project; the last member has said that it is to be destroyed."""
    fields, which = await read_fields(request), parse_project(project)

    def do() -> str:
        if fields["sure"] != "yes":
            raise InvalidProject("leave-not-sure")
        leave_project(library_of(request), SqlTogether, caller, which)
        return PATH

    def show(refusal: LedgerError) -> Response:
        return show_page(request, "project_leave.html", caller, which, refusal)

    return await run_in_threadpool(act, do, show)


@router.post("/{project}/papers")
async def add_paper(request: Request, caller: SignedIn, project: str) -> Response:
    """Make a paper."""
    fields, which = await read_fields(request), parse_project(project)

    def do() -> str:
        make_paper(library_of(request), SqlTogether, caller, which, fields["title"])
        return path_of(which, "#papers")

    return await _done(request, caller, which, do)


@router.post("/{project}/papers/{paper}/change")
async def change_paper(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Give a paper another title, or destroy it."""
    fields, which, asked = await read_fields(request), parse_project(project), parse_paper(paper)

    def do() -> str:
        library = library_of(request)
        if fields["do"] == "remove":
            remove_paper(library, SqlTogether, caller, which, asked)
        else:
            rename_paper(library, SqlTogether, caller, asked, fields["title"])
        return path_of(which, "#papers")

    return await _done(request, caller, which, do)


def show_project(
    request: Request, caller: Caller, which: ProjectId, refusal: LedgerError | None = None
) -> Response:
    """Return the page of a project; raise as `check_member`."""
    library = library_of(request)
    return show_page(
        request,
        "project.html",
        caller,
        which,
        refusal,
        papers=list_papers(library, SqlTogether, caller, which),
        files=list_files(library, SqlTogether, caller, which),
    )


async def _done(
    request: Request, caller: Caller, which: ProjectId, do: Callable[[], str]
) -> Response:
    return await run_in_threadpool(
        act, do, lambda refusal: show_project(request, caller, which, refusal)
    )
