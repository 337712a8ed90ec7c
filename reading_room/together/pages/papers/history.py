"""The history of a paper: the texts that stood, who wrote them, and a way back to each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.web.layout import library_of
from reading_room.together.editing.read_paper import OpenedPaper
from reading_room.together.editing.replace_text import replace_text
from reading_room.together.editing.versions import (
    changed_lines,
    list_versions,
    read_text,
    read_version,
)
from reading_room.together.live.read import Sitting
from reading_room.together.pages.papers.frame import (
    MADE,
    PREFIX,
    SignedIn,
    base_of,
    called,
    opened,
    show,
)
from reading_room.together.rules.role import Right
from reading_room.together.sql import SqlTogether

router = APIRouter(include_in_schema=False)
ROWS = 50
MOST_NUMBER = 2**53 - 1
Number = Annotated[int, Path(ge=0, le=MOST_NUMBER)]


@router.get(PREFIX + "/history")
def history(
    request: Request,
    caller: SignedIn,
    project: str,
    paper: str,
    start: Annotated[int, Query(alias="from", ge=0, le=1_000_000)] = 0,
) -> Response:
    """List the versions, the newest first."""
    found = opened(request, caller, project, paper)
    versions = list_versions(library_of(request), SqlTogether, caller, found.id)
    shown = [(one, _names(found, one)) for one in versions[start : start + ROWS]]
    after = start + ROWS if start + ROWS < len(versions) else None
    return show(request, "paper_history.html", caller, found, versions=shown, after=after)


@router.get(PREFIX + "/history/{number}")
@MADE.takes
def version(
    request: Request, caller: SignedIn, project: str, paper: str, number: Number
) -> Response:
    """Show a version, with what changed in it."""
    found = opened(request, caller, project, paper)
    read = read_version(library_of(request), SqlTogether, caller, found.id, number)
    return show(
        request,
        "paper_version.html",
        caller,
        found,
        read=read,
        by=_names(found, read.sitting),
        changes=changed_lines(read.before, read.text),
        may_write=Right.WRITE in found.rights,
    )


@router.post(PREFIX + "/history/{number}")
async def restore(
    request: Request, caller: SignedIn, project: str, paper: str, number: Number
) -> Response:
    """Let the paper have the text of a version again, as a new change."""

    def act() -> Response:
        library, found = library_of(request), opened(request, caller, project, paper)
        text = read_text(library, SqlTogether, caller, found.id, number)
        replace_text(library, SqlTogether, caller, found.id, text)
        return RedirectResponse(base_of(found), 303)

    return await run_in_threadpool(act)


def _names(paper: OpenedPaper, sitting: Sitting) -> list[str]:
    return [called(paper, number) for number in sitting.members]
