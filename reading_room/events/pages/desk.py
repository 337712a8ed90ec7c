"""The desk's pages of events: the list, and the form of one."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import Conflict, InvalidInput, LedgerError
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.web.layout import Fields, Session, library_of, read_fields
from reading_room.events.pages.frame import BOTH, DESK, Keeper, show_desk
from reading_room.events.rules.event import (
    LONGEST_ABOUT,
    LONGEST_ROOM,
    LONGEST_TITLE,
    LONGEST_VENUE,
    STEPS,
    EventKind,
    MaterialKind,
)
from reading_room.events.rules.form import read_form, write_form
from reading_room.events.rules.place import Role
from reading_room.events.rules.question import LONGEST_MESSAGE
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import list_all
from reading_room.events.verbs.give_materials import Given
from reading_room.events.verbs.keep_events import change_event, make_event, room_names
from reading_room.events.verbs.places import list_places
from reading_room.events.verbs.show import show_event

router = APIRouter(prefix=DESK, include_in_schema=False)
NEW = "new"
FIELDS = (
    "kind",
    "title",
    "about",
    "language",
    "venue",
    "begins",
    "ends",
    "places",
    "room",
    "room_name",
    "room_minutes",
    "speakers",
    "program",
    "materials",
)
LANGUAGES = ("uz", "uz-Cyrl", "ru", "en", "kaa")
MOST_PEOPLE_SHOWN = 500


@router.get("", response_class=HTMLResponse)
def events(request: Request, session: Keeper) -> HTMLResponse:
    """Show all events, drafts too."""
    found = list_all(library_of(request), SqlEvents, session.caller)
    return show_desk(request, "desk_events.html", session, events=found)


@router.get("/new", response_class=HTMLResponse)
def new(request: Request, session: Keeper) -> HTMLResponse:
    """Show the form of a new event."""
    return _form(request, session)


@router.post("")
async def make(request: Request, session: Keeper) -> Response:
    """Make an event, a draft."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_make, request, session, fields))


@router.get("/{event}", response_class=HTMLResponse)
def one(request: Request, session: Keeper, event: str) -> HTMLResponse:
    """Show an event with those who take part, and the form that changes it."""
    return show_event_at_desk(request, session, event)


@router.post("/{event}")
async def change(request: Request, session: Keeper, event: str) -> Response:
    """Change what is told of an event."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_change, request, session, event, fields))


def show_event_at_desk(
    request: Request,
    session: Session,
    event: str,
    refusal: LedgerError | None = None,
    typed: dict[str, str] | None = None,
    given: Given | None = None,
) -> HTMLResponse:
    """Return the page of an event at the desk. typed: what was refused; given: what was issued."""
    library = library_of(request)
    seen = show_event(library, BOTH, session.caller, event)
    found = seen.counted.event
    return show_desk(
        request,
        "desk_event.html",
        session,
        refusal,
        **_choices(request),
        seen=seen,
        counted=seen.counted,
        event=found,
        fields=typed or {**dict.fromkeys(FIELDS, ""), **write_form(found)},
        steps=STEPS[found.state],
        people=list_places(library, SqlEvents, session.caller, found.id)[:MOST_PEOPLE_SHOWN],
        roles=list(Role),
        given=given,
        may_give=holds(session.caller, Permission.GRANT_ISSUE),
        now=library.clock(),
        longest_message=LONGEST_MESSAGE,
    )


def _make(request: Request, session: Session, fields: Fields) -> Response:
    typed = {name: fields[name] for name in FIELDS}
    try:
        event = make_event(library_of(request), SqlEvents, session.caller, read_form(typed))
    except (InvalidInput, Conflict) as exc:
        return _form(request, session, exc, typed)
    return RedirectResponse(f"{DESK}/{event.id}", 303)


def _change(request: Request, session: Session, event: str, fields: Fields) -> Response:
    typed = {name: fields[name] for name in FIELDS}
    try:
        change_event(library_of(request), SqlEvents, session.caller, event, read_form(typed))
    except (InvalidInput, Conflict) as exc:
        return show_event_at_desk(request, session, event, exc, typed)
    return RedirectResponse(f"{DESK}/{event}", 303)


def _form(
    request: Request,
    session: Session,
    refusal: LedgerError | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    fields = typed or dict.fromkeys(FIELDS, "")
    return show_desk(
        request, "desk_new_event.html", session, refusal, fields=fields, **_choices(request)
    )


def _choices(request: Request) -> dict[str, object]:
    """Return what the form lets one choose from, and its bounds."""
    return {
        "kinds": list(EventKind),
        "material_kinds": list(MaterialKind),
        "languages_of_event": LANGUAGES,
        "rooms": room_names(library_of(request)),
        "longest": {
            "title": LONGEST_TITLE,
            "about": LONGEST_ABOUT,
            "venue": LONGEST_VENUE,
            "room": LONGEST_ROOM,
        },
    }
