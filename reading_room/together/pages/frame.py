"""What the pages of projects share: who is signed in, and what is shown if something is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import InvalidInput, LedgerError, NotAuthenticated, Unavailable
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import Fields, Layout, library_of, signed_in
from reading_room.together.rules.invitation import MOST_DAYS, USUAL_DAYS
from reading_room.together.rules.project import ProjectId
from reading_room.together.rules.role import ProjectRole, parse_role
from reading_room.together.rules.words import LONGEST_NAME, LONGEST_TITLE
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import Offer
from reading_room.together.verbs.membership import list_members
from reading_room.together.verbs.projects import find_project

PATH = "/me/projects"
INVITED_AS = (ProjectRole.WRITER, ProjectRole.COMMENTER, ProjectRole.READER)
LARGEST_NUMBER = 2**31
layout = Layout(Path(__file__).parents[1] / "templates")


def _member(request: Request) -> Caller:
    """Return the reader who is signed in; raise NotAuthenticated, RoleNotHeld."""
    caller = signed_in(request)
    reach(caller, Permission.PROJECT_OWN)
    return caller


SignedIn = Annotated[Caller, Depends(_member)]


def path_of(project: ProjectId, rest: str = "") -> str:
    """Return the path of a page of a project."""
    return f"{PATH}/{project}{rest}"


def show_page(
    request: Request,
    template: str,
    caller: Caller,
    project: ProjectId,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of a project, which tells at its top why it is refused; raise as `check_member`."""
    library = library_of(request)
    members = list_members(library, SqlTogether, caller, project)
    return layout.own_page(
        request,
        template,
        caller,
        200 if refusal is None else 422,
        refusal,
        project=find_project(library, SqlTogether, caller, project),
        home=path_of(project),
        members=members,
        names={one.number: one.name for one in members},
        roles=list(ProjectRole),
        invited_as=INVITED_AS,
        longest_title=LONGEST_TITLE,
        longest_name=LONGEST_NAME,
        most_days=MOST_DAYS,
        usual_days=USUAL_DAYS,
        **values,
    )


def act(do: Callable[[], str], show: Callable[[LedgerError], Response]) -> Response:
    """Do something, and lead to the page whose path it returns; show why it is refused, if it is."""
    try:
        return RedirectResponse(do(), 303)
    except (NotAuthenticated, Unavailable):
        raise
    except LedgerError as exc:
        return show(exc)


def number_in(fields: Fields, name: str) -> int:
    """Return the whole number in a field; raise InvalidInput."""
    text = fields[name]
    is_number = text.isascii() and text.isdigit() and len(text) < 12
    if not is_number or int(text) >= LARGEST_NUMBER:
        raise InvalidInput("not-a-number", text=text[:40])
    return int(text)


def offer_in(fields: Fields) -> Offer:
    """Return as what people are invited, and for how long; raise InvalidInput, InvalidProject."""
    return Offer(parse_role(fields["role"]), number_in(fields, "days"))
