"""Events for calendars: a feed of all that is announced, and a file for each. Source: RFC 5545."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.api.door import is_known
from ledger_service.web.layout import compressed, language_of, library_of
from reading_room.events.rules.calendar import MEDIA_TYPE, write_event, write_feed
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import find_announced, list_events
from reading_room.events.verbs.follow import writer_of

SECONDS = 600  # for which a proxy may hand it out
router = APIRouter(include_in_schema=False)


@router.get("/events.ics", response_class=Response)
def feed(request: Request) -> Response:
    """Return what is announced and not over, as a calendar that others follow."""
    library, language = library_of(request), language_of(request)
    found = list_events(library, SqlEvents)
    title = f"{messages.said('page.events.title', language)} · {library.key.name}"
    body = write_feed([one.event for one in found], writer_of(library), title)
    return _written(request, body, "events", language)


@router.get("/events/{event}.ics", response_class=Response)
def one(request: Request, event: str) -> Response:
    """Return one event for a calendar."""
    library = library_of(request)
    found = find_announced(library, SqlEvents, event).event
    return _written(request, write_event(found, writer_of(library)), found.id, found.told.language)


def _written(request: Request, body: bytes, name: str, language: str) -> Response:
    headers = {
        "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={SECONDS}",
        "Content-Disposition": f'inline; filename="{name}.ics"',
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    if is_known(request.headers, headers["ETag"].removeprefix("W/")):
        return Response(status_code=304, headers=headers)
    return compressed(request, HTMLResponse(body, headers=headers, media_type=MEDIA_TYPE))
