"""Take in: files that are hashed in the browser and sent one by one; or one file without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service import messages
from ledger_service.api.door import (
    RegistrationShape,
    announced_digest,
    announced_size,
    check_content_type,
    receive_body,
)
from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.claim import check_size
from ledger_service.domain.resources.registration import Metadata, Registration
from ledger_service.ports.paging import MOST_ITEMS, PageRequest
from ledger_service.ports.resources import License
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_licenses, show_license
from ledger_service.services.resources.register_resource import (
    IncomingResource,
    receive_resource,
    register_resource,
)
from ledger_service.web.layout import (
    Fields,
    InPieces,
    language_of,
    library_of,
    read_parts,
)
from reading_room.desk.pages.forms import read_json
from reading_room.desk.pages.visitors import Visitor, show, with_permission
from reading_room.desk.progress_told import progress_json
from reading_room.desk.record_form import LINES, SHARED, shared_part
from reading_room.desk.rules import title_of
from reading_room.desk.verbs.follow import progress_of

router = APIRouter(prefix="/desk/take-in", include_in_schema=False)
Registrar = Annotated[Visitor, Depends(with_permission(Permission.RESOURCE_REGISTER))]
UNKNOWN_TYPE = "application/octet-stream"
Text = Annotated[str, Query(max_length=1000)]


@router.get("")
def ask(request: Request, visitor: Registrar) -> Response:
    """Show the form for files."""
    return _form(request, visitor)


@router.post("/file", status_code=202)
async def take_file(
    request: Request,
    visitor: Registrar,
    title: Text,
    license: Annotated[str, Query(max_length=64)],
    media_type: Annotated[str, Query(max_length=255)] = UNKNOWN_TYPE,
    creator: Text = "",
    language: Annotated[str, Query(max_length=80)] = "",
) -> RegistrationShape:
    """Register the bytes of the body, as `POST /api/v1/resources` does, for who is signed in.

    The query may have the fields that many files share, too, as texts of a form.
    """
    library = library_of(request)
    check_content_type(request, UNKNOWN_TYPE, is_upload=True)
    size = announced_size(request)
    if size is not None:
        check_size(size, library.limits.largest_resource_bytes)
    announced = announced_digest(request)
    further = shared_part(request.query_params)
    metadata = Metadata.claimed(title, media_type, 0, creator, language, further)
    terms = (await run_in_threadpool(show_license, library, license)).terms
    with receive_resource(library, is_open=terms.is_open) as incoming:
        await receive_body(request, incoming.write)
        return RegistrationShape.of(
            await run_in_threadpool(
                register_resource,
                library,
                visitor.caller,
                incoming,
                metadata=metadata,
                license_name=license,
                announced_bytes=size,
                announced=announced,
            )
        )


@router.post("/states", dependencies=[Depends(with_permission(Permission.RESOURCE_REGISTER))])
async def states(request: Request) -> dict[str, Any]:
    """Tell how far these registrations have come: at most 200 digests, as {"digests": […]}."""
    asked = await read_json(request)
    texts = asked.get("digests") if isinstance(asked, dict) else None
    if not isinstance(texts, list) or len(texts) > MOST_ITEMS:
        raise InvalidInput("shape")
    digests = [Digest.parse(str(text)) for text in texts]
    found = await run_in_threadpool(progress_of, library_of(request), digests)
    with messages.speaking(language_of(request)):
        return {"items": [progress_json(item) for item in found]}


@router.post("")
async def take_one(request: Request, visitor: Registrar) -> Response:
    """Register the one file of a form, for a browser without scripts, and show what became of it."""
    fields = Fields()
    try:
        done = await _take_part(request, visitor, fields)
    except LedgerError as exc:
        return await run_in_threadpool(_form, request, visitor, exc, fields)
    return await run_in_threadpool(_taken, request, visitor, done)


async def _take_part(request: Request, visitor: Visitor, fields: Fields) -> Registration:
    """Return the registration of the file of a form, whose fields come before it."""
    library = library_of(request)
    incoming: IncomingResource | None = None
    name = ""
    pieces: InPieces | None = None
    with ExitStack() as stack:
        async for part in read_parts(request):
            if part.file_name is not None and incoming is None:
                name = part.file_name
                is_open = await run_in_threadpool(_is_open, library, fields["license"])
                incoming = stack.enter_context(receive_resource(library, is_open=is_open))
                pieces = InPieces(incoming.write)
            elif part.data and pieces is not None:
                await pieces.add(part.data)
            elif part.name and part.file_name is None:
                fields.values.setdefault(part.name, []).append(part.value)
        if incoming is None or pieces is None or not name:
            raise InvalidInput("no-file")
        await pieces.end()
        metadata = Metadata.claimed(
            fields["title"] or title_of(name),
            fields["media_type"] or UNKNOWN_TYPE,
            0,
            fields["creator"],
            fields["language"],
            shared_part({name: fields[name] for name in SHARED}),
        )
        return await run_in_threadpool(
            partial(
                register_resource,
                library,
                visitor.caller,
                incoming,
                metadata=metadata,
                license_name=fields["license"],
                announced_bytes=None,
                announced=None,
            )
        )


def _is_open(library: Library, license: str) -> bool:
    return show_license(library, license).terms.is_open


def _form(
    request: Request,
    visitor: Visitor,
    refusal: LedgerError | None = None,
    fields: Fields | None = None,
) -> Response:
    library = library_of(request)
    return show(
        request,
        "desk_take_in.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        licenses=licenses_of(library),
        shared=SHARED,
        lines=LINES,
        given=fields or Fields(),
        largest=library.limits.largest_resource_bytes,
    )


def _taken(request: Request, visitor: Visitor, done: Registration) -> Response:
    [progress] = progress_of(library_of(request), [done.digest])
    return show(request, "desk_taken.html", visitor, 202, done=done, progress=progress)


def licenses_of(library: Library) -> Sequence[License]:
    """Return the library's licenses that can be chosen, by name; the first two hundred."""
    return list_licenses(library, PageRequest("", MOST_ITEMS)).items
