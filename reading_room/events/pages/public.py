"""What everybody sees: the list of events, and the page of each. Who takes part is told by counts alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.web.layout import compressed, library_of, visitor
from reading_room.events.pages.frame import BOTH, TIMES, layout, status_of
from reading_room.events.rules.linked_data import format_event
from reading_room.events.rules.place import LONGEST_NAME
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import list_events
from reading_room.events.verbs.show import show_event

router = APIRouter(prefix="/events", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def events(
    request: Request, over: Annotated[str, Query(pattern="^(yes)?$", max_length=3)] = ""
) -> HTMLResponse:
    """Show what is announced, or what is over."""
    caller = visitor(request)
    found = list_events(library_of(request), SqlEvents, is_over=over == "yes")
    page = layout.page(request, "events.html", events=found, is_over=over == "yes", **TIMES)
    return compressed(request, page) if caller.actor is Actor.ANYBODY else page


@router.get("/{event}", response_class=HTMLResponse)
def one(request: Request, event: str) -> HTMLResponse:
    """Show an event, and to who takes part what is theirs of it."""
    return show_one(request, visitor(request), event)


def show_one(
    request: Request,
    caller: Caller,
    event: str,
    refusal: LedgerError | None = None,
    name: str = "",
) -> HTMLResponse:
    """Return the page of an event. name: as somebody typed it whose wish is refused."""
    library = library_of(request)
    seen = show_event(library, BOTH, caller, event)
    told = seen.counted
    page = layout.page(
        request,
        "event.html",
        status_of(refusal),
        refusal=refusal,
        seen=seen,
        event=told.event,
        counted=told,
        name=name,
        longest_name=LONGEST_NAME,
        sends_mail=library.mailer is not None,
        has_ended=told.event.ends_at <= library.clock(),
        linked_data=format_event(told.event, library.public_url, library.key.name, told.free),
        **TIMES,
    )
    return compressed(request, page) if caller.actor is Actor.ANYBODY else page
