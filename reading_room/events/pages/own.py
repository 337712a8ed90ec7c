"""What a reader does about a place: take one, wait, accept what is offered, leave; and all that they have."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import Conflict, InvalidInput, NotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.events.pages.frame import OWN, PATH, TIMES, SignedIn, layout
from reading_room.events.pages.public import show_one
from reading_room.events.rules.event import check_event_id
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.places import list_own
from reading_room.events.verbs.take_place import leave_place, take_place

router = APIRouter(include_in_schema=False)


@router.get(OWN, response_class=HTMLResponse)
def own(request: Request, caller: SignedIn) -> HTMLResponse:
    """Show the reader's places."""
    found = list_own(library_of(request), SqlEvents, caller)
    return layout.own_page(request, "own_events.html", caller, held=found, **TIMES)


@router.post(PATH + "/{event}/place")
async def change(request: Request, caller: SignedIn, event: str) -> Response:
    """Take a place or leave it, as the form says."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_change, request, caller, event, fields))


def _change(request: Request, caller: Caller, event: str, fields: Fields) -> Response:
    library, name = library_of(request), fields["name"]
    try:
        if fields["do"] == "leave":
            leave_place(library, SqlEvents, caller, check_event_id(event))
        else:
            is_mailed = fields["mail"] == "yes"
            take_place(library, SqlEvents, caller, event, name, is_mailed=is_mailed)
    except (InvalidInput, Conflict, NotFound) as exc:
        return show_one(request, caller, event, exc, name)
    return RedirectResponse(f"{PATH}/{event}#place", 303)
