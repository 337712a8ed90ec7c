"""What the desk does with an event: announce, close, cancel, give roles and materials, write to people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import Conflict, InvalidInput, LedgerError, NotFound, NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.web.layout import Fields, Session, library_of, read_fields
from reading_room.events.pages.desk import show_event_at_desk
from reading_room.events.pages.frame import BOTH, DESK, Keeper
from reading_room.events.rules.event import EventState
from reading_room.events.rules.place import Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.give_materials import Given, give_material
from reading_room.events.verbs.keep_events import give_role, step_event, tell_participants

router = APIRouter(prefix=DESK + "/{event}", include_in_schema=False)
STATES = {
    "announce": EventState.ANNOUNCED,
    "close": EventState.HELD,
    "cancel": EventState.CANCELED,
}
REFUSED = (InvalidInput, Conflict, NotFound, NotPermitted)
Act = Callable[[Request, Session, str, Fields], Given | None]


@router.post("/step")
async def step(request: Request, session: Keeper, event: str) -> Response:
    """Announce an event, close it as held, or cancel it."""
    return await run_in_threadpool(
        partial(_do, request, session, event, await read_fields(request), _step)
    )


@router.post("/role")
async def role(request: Request, session: Keeper, event: str) -> Response:
    """Let somebody take part in another role."""
    return await run_in_threadpool(
        partial(_do, request, session, event, await read_fields(request), _role)
    )


@router.post("/message")
async def message(request: Request, session: Keeper, event: str) -> Response:
    """Write to all who take part."""
    return await run_in_threadpool(
        partial(_do, request, session, event, await read_fields(request), _message)
    )


@router.post("/give")
async def give(request: Request, session: Keeper, event: str) -> Response:
    """Give a material to those who take part, until the time that stands at it."""
    return await run_in_threadpool(
        partial(_do, request, session, event, await read_fields(request), _give)
    )


def _do(request: Request, session: Session, event: str, fields: Fields, act: Act) -> Response:
    """Do what the form says; show how much was given, or why it is refused."""
    try:
        given = act(request, session, event, fields)
    except REFUSED as exc:
        refusal: LedgerError = exc
        return show_event_at_desk(request, session, event, refusal)
    if given is not None:
        return show_event_at_desk(request, session, event, given=given)
    return RedirectResponse(f"{DESK}/{event}", 303)


def _step(request: Request, session: Session, event: str, fields: Fields) -> None:
    wanted = STATES.get(fields["do"])
    if wanted is None:
        raise InvalidInput(
            "unknown-parameter", name=fields["do"][:40], known=", ".join(sorted(STATES))
        )
    step_event(library_of(request), SqlEvents, session.caller, event, wanted)


def _role(request: Request, session: Session, _: str, fields: Fields) -> None:
    known = [one.value for one in Role]
    if fields["role"] not in known:
        raise InvalidInput(
            "unknown-parameter", name=fields["role"][:40], known=", ".join(sorted(known))
        )
    wanted = Role(fields["role"])
    give_role(library_of(request), SqlEvents, session.caller, fields["place"], wanted)


def _message(request: Request, session: Session, event: str, fields: Fields) -> None:
    tell_participants(library_of(request), BOTH, session.caller, event, fields["text"])


def _give(request: Request, session: Session, event: str, fields: Fields) -> Given:
    digest = Digest.parse(fields["digest"].lower())
    return give_material(library_of(request), SqlEvents, session.caller, event, digest)
