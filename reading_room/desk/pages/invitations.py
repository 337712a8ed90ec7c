"""Invite the holder of a library card: a link that holds once, shown once."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.sign_in.invite import invite_reader
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.pages.visitors import PATH, Visitor, show, with_permission

router = APIRouter(prefix=f"{PATH}/invitations", include_in_schema=False)
Enroller = Annotated[Visitor, Depends(with_permission(Permission.READER_ENROLL))]


@router.post("")
async def invite(request: Request, visitor: Enroller) -> Response:
    """Make a link for whoever has this card, and show it."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_invite, request, visitor, given))


def _invite(request: Request, visitor: Visitor, given: Fields) -> Response:
    library = library_of(request)
    try:
        made = invite_reader(library, visitor.caller, given["card"], given["reader"] or None)
    except LedgerError as exc:
        return show(request, "desk_invitation.html", visitor, 422, exc, made=None)
    link = request.app.state.public_url + made.path
    return show(request, "desk_invitation.html", visitor, 201, made=made, link=link)
