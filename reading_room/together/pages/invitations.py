"""What leads do on the page of members to invite: links, card numbers, class lists."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    InvalidCohort,
    LedgerError,
    NotAuthenticated,
    Unavailable,
)
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES
from ledger_service.web.layout import Fields, library_of, read_fields, read_parts
from reading_room.together.pages.frame import PATH, SignedIn, offer_in, path_of
from reading_room.together.pages.members import show_members
from reading_room.together.rules.project import parse_project
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import (
    end_invitation,
    invite_by_link,
    invite_list,
    invite_people,
)

router = APIRouter(prefix=PATH, include_in_schema=False)
_BETWEEN = re.compile(r"[\n,;]+")


@router.post("/{project}/invitations")
async def invite(request: Request, caller: SignedIn, project: str) -> Response:
    """Make a link, invite cards, or end an invitation."""
    fields, which = await read_fields(request), parse_project(project)

    def do() -> Response:
        library, made = library_of(request), None
        try:
            if fields["do"] == "link":
                offer, many = offer_in(fields), fields["many"] == "yes"
                made = invite_by_link(library, SqlTogether, caller, which, offer, is_for_many=many)
                return show_members(request, caller, which, made=made)
            if fields["do"] == "end":
                end_invitation(library, SqlTogether, caller, which, fields["invitation"])
            else:
                cards = [one for one in _BETWEEN.split(fields["cards"]) if one.strip()]
                offer = offer_in(fields)
                invite_people(library, SqlTogether, caller, which, offer, cards)
        except (NotAuthenticated, Unavailable):
            raise
        except LedgerError as exc:
            return show_members(request, caller, which, exc)
        return RedirectResponse(path_of(which, "/members#invitations"), 303)

    return await run_in_threadpool(do)


@router.post("/{project}/invitations/list")
async def invite_all(request: Request, caller: SignedIn, project: str) -> Response:
    """Invite whom a class list names, and show what was understood of it."""
    which, fields, data = parse_project(project), Fields(), bytearray()
    async for part in read_parts(request):
        data += part.data
        if len(data) > MOST_LIST_BYTES:
            too_large = InvalidCohort("too-large", most=MOST_LIST_BYTES)
            return await run_in_threadpool(show_members, request, caller, which, too_large)
        if part.name and part.file_name is None:
            fields.values.setdefault(part.name, []).append(part.value)

    def do() -> Response:
        try:
            offer = offer_in(fields)
            found = invite_list(
                library_of(request),
                SqlTogether,
                caller,
                which,
                offer,
                bytes(data),
                fields["issuer"],
            )
        except (NotAuthenticated, Unavailable):
            raise
        except LedgerError as exc:
            return show_members(request, caller, which, exc)
        return show_members(request, caller, which, invited=found)

    return await run_in_threadpool(do)
