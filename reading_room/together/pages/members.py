"""The page of a project's members: who they are, what they may do, and what one is called oneself."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.lending.class_list import ClassList
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import library_of, read_fields
from reading_room.together.pages.frame import (
    PATH,
    SignedIn,
    act,
    number_in,
    path_of,
    show_page,
)
from reading_room.together.rules.project import ProjectId, parse_project
from reading_room.together.rules.role import Right, parse_role
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import MadeLink, list_invitations
from reading_room.together.verbs.members import call_oneself, remove_member, set_role
from reading_room.together.verbs.projects import find_project

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/{project}/members")
def members(request: Request, caller: SignedIn, project: str) -> Response:
    """Show the members, and to a lead the invitations."""
    return show_members(request, caller, parse_project(project))


@router.post("/{project}/members")
async def change(request: Request, caller: SignedIn, project: str) -> Response:
    """Give a member another role, let one go, or be called otherwise."""
    fields, which = await read_fields(request), parse_project(project)

    def do() -> str:
        library = library_of(request)
        if fields["do"] == "name":
            call_oneself(library, SqlTogether, caller, which, fields["name"])
        elif fields["do"] == "remove":
            remove_member(library, SqlTogether, caller, which, number_in(fields, "number"))
        else:
            role = parse_role(fields["role"])
            set_role(library, SqlTogether, caller, which, number_in(fields, "number"), role)
        return path_of(which, "/members")

    return await run_in_threadpool(
        act, do, lambda refusal: show_members(request, caller, which, refusal)
    )


def show_members(
    request: Request,
    caller: Caller,
    which: ProjectId,
    refusal: LedgerError | None = None,
    made: MadeLink | None = None,
    invited: ClassList | None = None,
) -> Response:
    """Return the page of members; raise as `check_member`.

    made: a link that was just made, whose address is told once; invited: what was understood of a list.
    """
    library = library_of(request)
    is_lead = Right.MANAGE in find_project(library, SqlTogether, caller, which).role.rights
    return show_page(
        request,
        "project_members.html",
        caller,
        which,
        refusal,
        is_lead=is_lead,
        invitations=list_invitations(library, SqlTogether, caller, which) if is_lead else [],
        made=made,
        invited=invited,
        public_url=library.public_url,
    )
