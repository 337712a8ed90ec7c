"""The desk of halls: make a hall or a laboratory, and publish a new version of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidHall, InvalidInput, InvalidModel, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission, check_permitted, reach
from ledger_service.ports.content import MadeFile
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.resources import ListedCollection
from ledger_service.web.layout import (
    PRIVATE_HEADERS,
    Fields,
    Session,
    library_of,
    made_files,
    session_of,
)
from reading_room.halls.models.shown import READY, ready
from reading_room.halls.pages.frame import NamedHall, layout
from reading_room.halls.rules.glb_file import LARGEST_MODEL_BYTES
from reading_room.halls.rules.manifest import Kind, Manifest
from reading_room.halls.rules.model import check_model
from reading_room.halls.rules.steps import MOST_STEPS, Step, typed_steps
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.publish import Draft, model_parts, publish_hall
from reading_room.halls.verbs.show import list_halls, open_works, show_hall

PATH = "/desk/halls"
router = APIRouter(prefix=PATH, include_in_schema=False)
EMPTY_ROWS = 3
MOST_FIELDS = 12 + 5 * (MOST_STEPS + EMPTY_ROWS)
LARGEST_FIELD_BYTES = 16 * 1024
LARGEST_FORM_BYTES = LARGEST_MODEL_BYTES + 256 * 1024
MOST_COLLECTIONS = 200
REFUSALS = (InvalidHall, InvalidModel, InvalidInput)


def keeper(request: Request) -> Session:
    """Return who works here; raise as `session_of`, and RoleNotHeld for who keeps no halls."""
    session = session_of(request)
    check_permitted(session.caller, Permission.DESK_ENTER)
    reach(session.caller, Permission.HALL_KEEP)
    return session


Keeper = Annotated[Session, Depends(keeper)]


@router.get("")
def list_(request: Request, session: Keeper) -> Response:
    """Show the halls, and the form for another."""
    return _list(request, session)


@router.post("")
async def make(request: Request, session: Keeper) -> Response:
    """Make a hall or a laboratory."""
    return await _published(request, session, "")


@router.get("/{hall}")
def show(request: Request, session: Keeper, hall: NamedHall) -> Response:
    """Show a hall as it stands, to be changed."""
    return _one(request, session, hall)


@router.post("/{hall}")
async def publish(request: Request, session: Keeper, hall: NamedHall) -> Response:
    """Publish a new version of a hall."""
    return await _published(request, session, hall)


async def _published(request: Request, session: Session, hall: str) -> Response:
    fields = Fields()
    try:
        model = await _read(request, fields)
    except REFUSALS as exc:
        return await run_in_threadpool(_refused, request, session, hall, exc, fields)
    return await run_in_threadpool(_publish, request, session, hall, fields, model)


async def _read(request: Request, fields: Fields) -> bytes:
    """Return the file of a form, whose fields are added; its size is announced, and bounded."""
    size = request.headers.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 12):
        raise InvalidInput("form-malformed")
    if int(size) > LARGEST_FORM_BYTES:
        raise InvalidModel("too-large", most=LARGEST_MODEL_BYTES)
    sizes = {"max_files": 1, "max_fields": MOST_FIELDS, "max_part_size": LARGEST_FIELD_BYTES}
    async with request.form(**sizes) as form:
        data = b""
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.values.setdefault(name, []).append(value)
            else:
                data = await value.read(LARGEST_MODEL_BYTES + 1)
        return data


def _publish(
    request: Request, session: Session, hall: str, given: Fields, model: bytes
) -> Response:
    library = library_of(request)
    try:
        draft = _draft(request, session, given, model)

        def files_of(work: Digest) -> list[MadeFile]:
            return made_files(request, work)

        made = publish_hall(library, SqlHalls, session.caller, draft, files_of, hall)
    except REFUSALS as exc:
        return _refused(request, session, hall, exc, given)
    return RedirectResponse(f"{PATH}/{made.hall}", 303)


def _draft(request: Request, session: Session, given: Fields, model: bytes) -> Draft:
    try:
        kind = Kind(given["kind"])
    except ValueError as exc:
        raise InvalidHall("kind") from exc
    steps = {name: [value.strip() for value in given.values[name]] for name in given.values}
    about = given["about"].replace("\r\n", "\n")
    draft = Draft(
        kind, given["title"], about, given["collection"], model, given["ready"], typed_steps(steps)
    )
    if kind is Kind.LABORATORY:
        return draft
    listing = request.app.state.listing
    lists = None if listing is None else listing.list_works
    found = open_works(library_of(request), session.caller, draft.collection, lists)
    return Draft(kind, draft.title, about, draft.collection, works=found)


def _refused(
    request: Request, session: Session, hall: str, refusal: LedgerError, given: Fields
) -> Response:
    if hall:
        return _one(request, session, hall, refusal, given)
    return _list(request, session, refusal, given)


def _list(
    request: Request,
    session: Session,
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    found = list_halls(library_of(request), SqlHalls, session.caller)
    return _page(request, "desk_halls.html", refusal, given, halls=found)


def _one(
    request: Request,
    session: Session,
    hall: str,
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    shown = show_hall(library_of(request), SqlHalls, session.caller, hall)
    typed = given or _as_typed(shown.manifest)
    parts = model_parts(library_of(request), SqlHalls, shown.manifest)
    return _page(request, "desk_hall.html", refusal, typed, shown=shown, parts=parts)


def _page(
    request: Request,
    template: str,
    refusal: LedgerError | None,
    given: Fields | None,
    **more: object,
) -> Response:
    fields = given or Fields()
    named = {name: fields.all(name) for name in fields.values}
    page = layout.page(
        request,
        template,
        200 if refusal is None else 422,
        refusal=refusal,
        given=fields,
        steps=[*typed_steps(named), *[Step("", "")] * EMPTY_ROWS][: MOST_STEPS + 1],
        collections=_collections(request),
        ready={name: ", ".join(check_model(ready(name)).parts) for name in READY},
        largest=LARGEST_MODEL_BYTES,
        **more,
    )
    page.headers.update(PRIVATE_HEADERS)
    return page


def _as_typed(manifest: Manifest) -> Fields:
    """Return a hall as the form would have sent it."""
    steps = manifest.steps
    return Fields(
        {
            "kind": [manifest.kind.value],
            "title": [manifest.title],
            "about": [manifest.about],
            "collection": [manifest.collection],
            "step_title": [step.title for step in steps],
            "step_text": [step.text for step in steps],
            "step_part": [step.part for step in steps],
            "step_question": [step.question for step in steps],
            "step_choices": ["\n".join(step.choices) for step in steps],
        }
    )


def _collections(request: Request) -> list[ListedCollection]:
    listing = request.app.state.listing
    if listing is None:
        return []
    page = PageRequest("", MOST_COLLECTIONS)
    found: list[ListedCollection] = listing.list_collections(library_of(request), page).items
    return found
