"""Routes of the list of papers; what is written in them is another door's."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, once
from ledger_service.domain.errors import ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.services.library import Library
from reading_room.together.api.asked import OWN, NamedId, NamedProject, Typed
from reading_room.together.rules.project import PaperId, ProjectId
from reading_room.together.rules.role import Right
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.papers import (
    Paper,
    find_paper,
    list_papers,
    make_paper,
    remove_paper,
    rename_paper,
)

router = APIRouter(prefix="/projects/{project}/papers", tags=["projects"], route_class=JsonRoute)


class PaperShape(Shape):
    """A paper. made_by: the number of a member, who may have left; made_at: seconds since 1970 UTC."""

    id: str
    project: str
    title: str
    made_by: int
    made_at: int

    @classmethod
    def of(cls, paper: Paper) -> PaperShape:
        return cls(
            id=paper.id,
            project=paper.project,
            title=paper.title,
            made_by=paper.made_by,
            made_at=paper.made_at,
        )


class Titled(Shape):
    """title: of a paper."""

    title: Typed


@router.get("", openapi_extra=OWN)
def list_(library: InLibrary, caller: InCaller, project: NamedProject) -> list[PaperShape]:
    """List the papers of a project, the newest first."""
    return [PaperShape.of(one) for one in list_papers(library, SqlTogether, caller, project)]


@router.post("", status_code=201, response_model=PaperShape, openapi_extra=OWN)
@once
def make(library: InLibrary, caller: InCaller, project: NamedProject, given: Titled) -> PaperShape:
    """Make a paper."""
    return PaperShape.of(make_paper(library, SqlTogether, caller, project, given.title))


@router.get("/{paper}", openapi_extra=OWN)
def show(library: InLibrary, caller: InCaller, project: NamedProject, paper: NamedId) -> PaperShape:
    """Show a paper's title, and when it was made."""
    return PaperShape.of(_found(library, caller, project, paper, Right.READ))


@router.patch("/{paper}", openapi_extra=OWN)
def rename(
    library: InLibrary, caller: InCaller, project: NamedProject, paper: NamedId, given: Titled
) -> PaperShape:
    """Give a paper another title."""
    found = _found(library, caller, project, paper, Right.WRITE)
    return PaperShape.of(rename_paper(library, SqlTogether, caller, found.id, given.title))


@router.delete("/{paper}", status_code=204, openapi_extra=OWN)
def remove(library: InLibrary, caller: InCaller, project: NamedProject, paper: NamedId) -> None:
    """Destroy a paper with all that was written in it."""
    remove_paper(library, SqlTogether, caller, project, PaperId(paper))


def _found(library: Library, caller: Caller, project: ProjectId, paper: str, right: Right) -> Paper:
    found = find_paper(library, SqlTogether, caller, PaperId(paper), right)
    if found.project != project:
        raise ProjectPartNotFound("paper")
    return found
