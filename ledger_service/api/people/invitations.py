"""Routes that invite a reader or a colleague to set a passphrase, by a link that ends."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Shape
from ledger_service.domain.people.caller import LONGEST_HOLDER, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.sign_in.invite import (
    Invitation,
    invite_colleague,
    invite_reader,
)

router = APIRouter(prefix="/invitations", tags=["library"], route_class=JsonRoute)
LONGEST_TYPED = 80  # characters of a card number, with blanks


class ReaderInvited(Shape):
    """card: the number, of which only a keyed tag is kept; reader: who gets it, by default a new one."""

    card: str = Field(max_length=LONGEST_TYPED)
    reader: str | None = Field(default=None, max_length=LONGEST_HOLDER)


class ColleagueInvited(Shape):
    """card: by what the colleague signs in, by default the name."""

    name: str = Field(max_length=LONGEST_HOLDER)
    role: Literal["registrar", "auditor", "admin", "consortium-admin", "service"]
    card: str | None = Field(default=None, max_length=LONGEST_TYPED)


class InvitationShape(Shape):
    """The only time that the link is shown. subject: a reader's random name, or the colleague's name."""

    subject: str
    role: str
    link: str
    until: int

    @classmethod
    def of(cls, invitation: Invitation, public_url: str) -> InvitationShape:
        subject = invitation.subject
        return cls(
            subject=subject.name,
            role=subject.role.value,
            link=public_url + invitation.path,
            until=invitation.until,
        )


@router.post(
    "/readers",
    status_code=201,
    response_model=InvitationShape,
    openapi_extra=needs(Permission.READER_ENROLL),
)
@once
def for_reader(
    request: Request, library: InLibrary, caller: InCaller, invited: ReaderInvited
) -> InvitationShape:
    """Make a link by which the holder of a library card sets a passphrase, once and within a week."""
    made = invite_reader(library, caller, invited.card, invited.reader)
    return InvitationShape.of(made, request.app.state.public_url)


@router.post(
    "/colleagues",
    status_code=201,
    response_model=InvitationShape,
    openapi_extra=needs(Permission.COLLEAGUE_ADD),
)
@once
def for_colleague(
    request: Request, library: InLibrary, caller: InCaller, invited: ColleagueInvited
) -> InvitationShape:
    """Make a link by which a colleague sets a passphrase, once and within a week."""
    made = invite_colleague(library, caller, invited.name, Role(invited.role), invited.card)
    return InvitationShape.of(made, request.app.state.public_url)
