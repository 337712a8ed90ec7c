"""Routes of invitations: leads make and end them, and whoever is invited sees to what, and joins."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from ledger_service.api.door import (
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    check_content_type,
    once,
    receive_body,
)
from ledger_service.domain.errors import InvalidCohort
from ledger_service.domain.lending.class_list import ClassList
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES
from reading_room.together.api.asked import OWN, Days, NamedId, NamedProject, Typed
from reading_room.together.rules.invitation import (
    LONGEST_PERSON,
    LONGEST_SECRET,
    MOST_DAYS,
    MOST_INVITATIONS,
    USUAL_DAYS,
)
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import (
    Offer,
    ShownInvitation,
    end_invitation,
    invite_by_link,
    invite_list,
    invite_people,
    list_invitations,
)
from reading_room.together.verbs.joining import (
    Joining,
    accept_invitation,
    join_by_link,
    look_at_link,
    own_invitations,
    refuse_invitation,
)

router = APIRouter(tags=["projects"], route_class=JsonRoute)
Invited = Literal["reader", "commenter", "writer"]
CSV = "text/csv"
_LIST = {"schema": {"type": "string", "format": "binary"}}
LIST = {**OWN, "requestBody": {"required": True, "content": {CSV: _LIST}}}


class ProjectInvitationShape(Shape):
    """An invitation as leads see it. about: whom it is for as it was typed, empty for a link.

    uses: how many may still come by it, null for any number. Times are seconds since 1970 UTC.
    """

    id: str
    role: str
    about: str
    uses: int | None
    made_at: int
    until: int

    @classmethod
    def of(cls, one: ShownInvitation) -> ProjectInvitationShape:
        return cls(
            id=one.id,
            role=one.role.value,
            about=one.about,
            uses=one.uses,
            made_at=one.made_at,
            until=one.until,
        )


class NewLink(Shape):
    """is_for_many: whether whoever has the link may join, and not one alone."""

    role: Invited
    days: Days = USUAL_DAYS
    is_for_many: bool = False


class MadeLinkShape(Shape):
    """The only time that the address is told. until: seconds since 1970 UTC."""

    id: str
    secret: str
    address: str
    until: int


class NewInvitations(Shape):
    """cards: numbers of library cards, as they are typed."""

    role: Invited
    days: Days = USUAL_DAYS
    cards: list[Annotated[str, Field(max_length=LONGEST_PERSON)]] = Field(
        min_length=1, max_length=MOST_INVITATIONS
    )


class InvitedShape(Shape):
    """How many are invited; whether the library knows them is told to nobody."""

    invited: int


class InvitedListShape(Shape):
    """What was understood of a class list. The rest are counts of rows, ignored one of columns."""

    invited: int
    total: int
    ignored: int
    empty: int
    too_long: int
    doubles: int

    @classmethod
    def of(cls, found: ClassList) -> InvitedListShape:
        return cls(
            invited=len(found.rows),
            total=found.total,
            ignored=found.ignored,
            empty=found.empty,
            too_long=found.too_long,
            doubles=found.doubles,
        )


class JoiningShape(Shape):
    """What one is invited to. by: what the member who invites is called; until: seconds since 1970 UTC."""

    invitation: str
    project: str
    title: str
    role: str
    by: str
    members: int
    until: int
    is_member: bool

    @classmethod
    def of(cls, one: Joining) -> JoiningShape:
        return cls(
            invitation=one.invitation,
            project=one.project,
            title=one.title,
            role=one.role.value,
            by=one.by,
            members=one.members,
            until=one.until,
            is_member=one.is_member,
        )


Secret = Annotated[str, Field(max_length=LONGEST_SECRET)]


class LinkShape(Shape):
    """secret: what an address of a link ends with."""

    secret: Secret


class JoinByLink(LinkShape):
    """name: what one wants to be called in the project, empty for nothing."""

    name: Typed = ""


class AcceptShape(Shape):
    """name: what one wants to be called in the project, empty for nothing."""

    name: Typed = ""


class JoinedShape(Shape):
    """The project that one is a member of."""

    project: str


@router.get("/projects/{project}/invitations", openapi_extra=OWN)
def list_(
    library: InLibrary, caller: InCaller, project: NamedProject
) -> list[ProjectInvitationShape]:
    """List the invitations that stand, the newest first."""
    found = list_invitations(library, SqlTogether, caller, project)
    return [ProjectInvitationShape.of(one) for one in found]


@router.post(
    "/projects/{project}/invitations",
    status_code=201,
    response_model=MadeLinkShape,
    openapi_extra=OWN,
)
@once
def make_link(
    library: InLibrary, caller: InCaller, project: NamedProject, given: NewLink
) -> MadeLinkShape:
    """Make a link by which one person joins, or whoever has it."""
    offer = Offer(ProjectRole(given.role), given.days)
    made = invite_by_link(
        library, SqlTogether, caller, project, offer, is_for_many=given.is_for_many
    )
    address = library.public_url + made.path
    return MadeLinkShape(id=made.id, secret=made.secret, address=address, until=made.until)


@router.post(
    "/projects/{project}/invitations/named",
    status_code=201,
    response_model=InvitedShape,
    openapi_extra=OWN,
)
@once
def invite(
    library: InLibrary, caller: InCaller, project: NamedProject, given: NewInvitations
) -> InvitedShape:
    """Invite whoever has these cards, now or later; all are answered alike."""
    offer = Offer(ProjectRole(given.role), given.days)
    count = invite_people(library, SqlTogether, caller, project, offer, given.cards)
    return InvitedShape(invited=count)


@router.put(
    "/projects/{project}/invitations/list", response_model=InvitedListShape, openapi_extra=LIST
)
async def invite_all(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    project: NamedProject,
    role: Invited,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = USUAL_DAYS,
    issuer: Annotated[str, Query(max_length=400, description="of the list's accounts")] = "",
) -> InvitedListShape:
    """Invite whom a class list names, as a table in CSV; who was invited before is so anew."""
    check_content_type(request, CSV)
    data = bytearray()

    def take(piece: bytes) -> None:
        data.extend(piece)
        if len(data) > MOST_LIST_BYTES:
            raise InvalidCohort("too-large", most=MOST_LIST_BYTES)

    await receive_body(request, take)
    offer = Offer(ProjectRole(role), days)
    return InvitedListShape.of(
        await run_in_threadpool(
            invite_list, library, SqlTogether, caller, project, offer, bytes(data), issuer
        )
    )


@router.delete("/projects/{project}/invitations/{invitation}", status_code=204, openapi_extra=OWN)
def end(library: InLibrary, caller: InCaller, project: NamedProject, invitation: NamedId) -> None:
    """Let nobody come by an invitation any more."""
    end_invitation(library, SqlTogether, caller, project, invitation)


@router.get("/me/invitations", openapi_extra=OWN)
def own(library: InLibrary, caller: InCaller) -> list[JoiningShape]:
    """List what one is invited to by a card or an account of one's own."""
    return [JoiningShape.of(one) for one in own_invitations(library, SqlTogether, caller)]


@router.post("/me/invitations/{invitation}", response_model=JoinedShape, openapi_extra=OWN)
@once
def accept(
    library: InLibrary, caller: InCaller, invitation: NamedId, given: AcceptShape
) -> JoinedShape:
    """Join a project to which one is invited."""
    project = accept_invitation(library, SqlTogether, caller, invitation, given.name)
    return JoinedShape(project=project)


@router.delete("/me/invitations/{invitation}", status_code=204, openapi_extra=OWN)
def refuse(library: InLibrary, caller: InCaller, invitation: NamedId) -> None:
    """Refuse an invitation, which is gone then."""
    refuse_invitation(library, SqlTogether, caller, invitation)


@router.post("/me/links", response_model=JoiningShape, openapi_extra=OWN)
@once
def look(library: InLibrary, caller: InCaller, given: LinkShape) -> JoiningShape:
    """Show what a link invites to, before it is joined; nothing is changed."""
    return JoiningShape.of(look_at_link(library, SqlTogether, caller, given.secret))


@router.post("/me/links/joined", response_model=JoinedShape, openapi_extra=OWN)
@once
def join(library: InLibrary, caller: InCaller, given: JoinByLink) -> JoinedShape:
    """Join by a link."""
    project = join_by_link(library, SqlTogether, caller, given.secret, given.name)
    return JoinedShape(project=project)
