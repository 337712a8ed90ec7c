"""Imports: try a file, send it, follow it at its own address, and keep its report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, StreamingResponse

from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.messages.import_report import with_header
from ledger_service.ports.paging import PageRequest
from ledger_service.services.imports.find_imports import (
    list_imports,
    report_parts,
    show_import,
)
from ledger_service.services.imports.request_import import (
    ImportRequest,
    cancel_import,
    check_import_request,
    receive_manifest,
    request_import,
)
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR
from ledger_service.web.layout import (
    Fields,
    InPieces,
    Part,
    language_of,
    library_of,
    read_parts,
)
from reading_room.desk.pages.take_in import licenses_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission
from reading_room.desk.verbs.import_report import refused_items
from reading_room.desk.verbs.try_import import Trial, try_import

router = APIRouter(prefix="/desk/imports", include_in_schema=False)
Starter = Annotated[Visitor, Depends(with_permission(Permission.IMPORT_START))]
Onlooker = Annotated[Visitor, Depends(with_permission(Permission.IMPORT_READ))]
Canceler = Annotated[Visitor, Depends(with_permission(Permission.IMPORT_CANCEL))]
FORMS = {"csv": "csv", "jsonl": "jsonl", "ndjson": "jsonl"}
"""The form of a manifest by the ending of its name."""
ROWS = 25
TRY = "try"


@router.get("")
def list_(
    request: Request, visitor: Onlooker, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Show the form for a file, and the imports that are remembered, newest first."""
    return _list(request, visitor, cursor=cursor)


@router.post("")
async def send(request: Request, visitor: Starter) -> Response:
    """Try the file of a form, or have it imported: then lead to the import's own page."""
    library = library_of(request)
    fields = Fields()
    try:
        found = await _take(library, visitor, fields, read_parts(request))
    except LedgerError as exc:
        return await run_in_threadpool(partial(_list, request, visitor, refusal=exc, fields=fields))
    if isinstance(found, Trial):
        return await run_in_threadpool(partial(_list, request, visitor, fields=fields, trial=found))
    return RedirectResponse(f"/desk/imports/{found}", 303)


@router.get("/{job}")
def follow(request: Request, visitor: Onlooker, job: str) -> Response:
    """Show how far an import is, what it could not take first."""
    library = library_of(request)
    found = show_import(library, visitor.caller, job)
    refused = refused_items(library, visitor.caller, found.job)
    return show(request, "desk_import.html", visitor, found=found, refused=refused)


@router.post("/{job}/cancel")
def cancel(request: Request, visitor: Canceler, job: str) -> Response:
    """Let an import go no further."""
    cancel_import(library_of(request), visitor.caller, job)
    return RedirectResponse(f"/desk/imports/{job}", 303)


@router.get("/{job}/report.csv")
def report(request: Request, visitor: Onlooker, job: str) -> Response:
    """Return what became of each item so far, to keep."""
    library = library_of(request)
    found = show_import(library, visitor.caller, job).job
    language = language_of(request)
    body = with_header(report_parts(library, visitor.caller, found), language)
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-import-{found.id[:16]}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, headers=headers, media_type="text/csv")


async def _take(
    library: Library, visitor: Visitor, fields: Fields, parts: AsyncIterator[Part]
) -> Trial | str:
    """Return the trial of a form's file, or the id of its import; the fields come before the file."""
    async for part in parts:
        if part.file_name is None:
            fields.values.setdefault(part.name, []).append(part.value)
            continue
        ending = part.file_name.rpartition(".")[2].lower()
        if not part.file_name:
            break
        if ending not in FORMS:
            raise InvalidInput("manifest-ending", endings=", ".join(FORMS))
        asked = ImportRequest(visitor.caller, FORMS[ending], fields["license"])
        return await _receive(library, asked, parts, is_trial=fields["act"] == TRY)
    raise InvalidInput("no-file")


async def _receive(
    library: Library, asked: ImportRequest, parts: AsyncIterator[Part], *, is_trial: bool
) -> Trial | str:
    await run_in_threadpool(check_import_request, library, asked)
    with receive_manifest(library, asked) as upload:
        pieces = InPieces(upload.write)
        async for part in parts:
            await pieces.add(part.data)
        await pieces.end()
        if is_trial:
            return await DEAR.run(partial(try_import, library, asked, upload))
        return (await run_in_threadpool(request_import, library, asked, upload)).id


def _list(
    request: Request,
    visitor: Visitor,
    *,
    cursor: str = "",
    refusal: LedgerError | None = None,
    fields: Fields | None = None,
    trial: Trial | None = None,
) -> Response:
    library = library_of(request)
    page = list_imports(library, visitor.caller, PageRequest(cursor, ROWS))
    return show(
        request,
        "desk_imports.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        page=page,
        is_first=not cursor,
        licenses=licenses_of(library),
        given=fields or Fields(),
        trial=trial,
    )
