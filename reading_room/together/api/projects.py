"""Routes of projects and their members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.door import (
    CutStream,
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    bytes_of,
    once,
)
from reading_room.together.api.asked import OWN, NamedNumber, NamedProject, Typed
from reading_room.together.editing.read_paper import open_paper
from reading_room.together.rules.project import ProjectState
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.exporting import export_project
from reading_room.together.verbs.members import (
    call_oneself,
    leave_project,
    remove_member,
    set_role,
)
from reading_room.together.verbs.membership import ShownMember, list_members
from reading_room.together.verbs.papers import Paper
from reading_room.together.verbs.projects import (
    Project,
    change_project,
    find_project,
    list_projects,
    make_project,
)

router = APIRouter(prefix="/projects", tags=["projects"], route_class=JsonRoute)
Role = Literal["reader", "commenter", "writer", "lead"]


class ProjectShape(Shape):
    """A project as the caller sees it. number, role: their own there; made_at: seconds since 1970 UTC."""

    id: str
    title: str
    state: str
    number: int
    role: str
    made_at: int

    @classmethod
    def of(cls, project: Project) -> ProjectShape:
        return cls(
            id=project.id,
            title=project.title,
            state=project.state.value,
            number=project.number,
            role=project.role.value,
            made_at=project.made_at,
        )


class ProjectMemberShape(Shape):
    """A member as all members see them. name: empty for none; joined_at: seconds since 1970 UTC."""

    number: int
    name: str
    role: str
    joined_at: int
    is_self: bool

    @classmethod
    def of(cls, member: ShownMember) -> ProjectMemberShape:
        return cls(
            number=member.number,
            name=member.name,
            role=member.role.value,
            joined_at=member.joined_at,
            is_self=member.is_self,
        )


class NewProject(Shape):
    """name: what its maker wants to be called there, empty for nothing."""

    title: Typed
    name: Typed = ""


class ProjectChange(Shape):
    """What is left out stays."""

    title: Typed | None = None
    state: Literal["open", "archived"] | None = None


class MemberChange(Shape):
    """role: a lead gives it; name: one's own alone. What is left out stays."""

    role: Role | None = None
    name: Typed | None = None


class LeftShape(Shape):
    """is_destroyed: whether the project is gone with its last member."""

    is_destroyed: bool


@router.get("", openapi_extra=OWN)
def list_(library: InLibrary, caller: InCaller) -> list[ProjectShape]:
    """List the projects that one is a member of, the newest first, what is archived last."""
    return [ProjectShape.of(one) for one in list_projects(library, SqlTogether, caller)]


@router.post("", status_code=201, response_model=ProjectShape, openapi_extra=OWN)
@once
def make(library: InLibrary, caller: InCaller, given: NewProject) -> ProjectShape:
    """Make a project, which one leads."""
    return ProjectShape.of(make_project(library, SqlTogether, caller, given.title, given.name))


@router.get("/{project}", openapi_extra=OWN)
def show(library: InLibrary, caller: InCaller, project: NamedProject) -> ProjectShape:
    """Show a project."""
    return ProjectShape.of(find_project(library, SqlTogether, caller, project))


@router.patch("/{project}", openapi_extra=OWN)
def change(
    library: InLibrary, caller: InCaller, project: NamedProject, given: ProjectChange
) -> ProjectShape:
    """Give a project another title, archive it, or open it again."""
    state = None if given.state is None else ProjectState(given.state)
    found = change_project(library, SqlTogether, caller, project, given.title, state)
    return ProjectShape.of(found)


@router.get("/{project}/members", openapi_extra=OWN)
def members(
    library: InLibrary, caller: InCaller, project: NamedProject
) -> list[ProjectMemberShape]:
    """List the members of a project by their numbers."""
    return [
        ProjectMemberShape.of(one) for one in list_members(library, SqlTogether, caller, project)
    ]


@router.patch("/{project}/members/{member}", openapi_extra=OWN)
def change_member(
    library: InLibrary,
    caller: InCaller,
    project: NamedProject,
    member: NamedNumber,
    given: MemberChange,
) -> list[ProjectMemberShape]:
    """Give a member another role, or oneself another name."""
    own = find_project(library, SqlTogether, caller, project)
    if given.name is not None and own.number == member:
        call_oneself(library, SqlTogether, caller, project, given.name)
    if given.role is not None:
        set_role(library, SqlTogether, caller, project, member, ProjectRole(given.role))
    return members(library, caller, project)


@router.delete("/{project}/members/{member}", status_code=204, openapi_extra=OWN)
def remove(
    library: InLibrary, caller: InCaller, project: NamedProject, member: NamedNumber
) -> None:
    """Let somebody else be a member no more; links into the project end."""
    remove_member(library, SqlTogether, caller, project, member)


@router.delete("/{project}/membership", openapi_extra=OWN)
def leave(library: InLibrary, caller: InCaller, project: NamedProject) -> LeftShape:
    """Leave a project; with its last member it is destroyed."""
    return LeftShape(is_destroyed=leave_project(library, SqlTogether, caller, project))


@router.get(
    "/{project}/export",
    openapi_extra=OWN,
    response_class=Response,
    responses={200: bytes_of("application/zip")},
)
def export(library: InLibrary, caller: InCaller, project: NamedProject) -> StreamingResponse:
    """Return all of a project as a ZIP file (docs/together.md)."""

    def text_of(paper: Paper) -> Iterator[tuple[str, bytes]]:
        yield ".md", open_paper(library, SqlTogether, caller, paper.id).text.encode()

    pieces = export_project(library, SqlTogether, caller, project, text_of)
    headers = {
        "Content-Disposition": f'attachment; filename="project-{project[:8]}.zip"',
        "Cache-Control": "private, no-store",
    }
    return CutStream(pieces, headers=headers, media_type="application/zip")
