"""Routes for imports that the service runs: send a manifest, follow it, fetch its report, cancel it."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.imports.shapes import ImportShape
from ledger_service.api.requests import JsonRoute, announced_size, receive_body
from ledger_service.api.shapes import AskedPage, Page
from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.errors import WrongContentType
from ledger_service.domain.imports.import_report import COLUMNS
from ledger_service.domain.people.permission import Permission
from ledger_service.messages.import_report import shown_lines, with_header
from ledger_service.messages.languages import of_program
from ledger_service.services.imports.find_imports import (
    list_imports,
    report_parts,
    show_import,
    with_anchor,
)
from ledger_service.services.imports.request_import import (
    ImportRequest,
    cancel_import,
    check_import_request,
    receive_manifest,
    request_import,
)

FORM_OF = {"application/jsonl": "jsonl", "application/x-ndjson": "jsonl", "text/csv": "csv"}
REPORT_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv"}
_DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
_LINE = {"digest": _DIGEST, "size_bytes": 5, "title": "Boburnoma", "language": "uz"}
EXAMPLES: dict[str, str] = {
    "application/jsonl": json.dumps(_LINE) + "\n",
    "text/csv": f"digest,size_bytes,title,language\n{_DIGEST},5,Boburnoma,uz\n",
}
REPORT_EXAMPLES: dict[str, str] = {
    "application/jsonl": json.dumps(
        {
            "place": "manifest.jsonl:1",
            "digest": _DIGEST,
            "index": 7,
            "result": "registered",
            "reason": "",
        }
    ),
    "text/csv": format_rows([COLUMNS, ("manifest.csv:2", _DIGEST, 7, "registered", "", "")]),
}

router = APIRouter(prefix="/imports", tags=["imports"], route_class=JsonRoute)


def _content(examples: dict[str, str]) -> dict[str, Any]:
    return {
        kind: {"schema": {"type": "string", "format": "binary"}, "example": example}
        for kind, example in examples.items()
    }


@router.post(
    "",
    status_code=202,
    response_model=ImportShape,
    openapi_extra={
        **needs(Permission.IMPORT_START),
        "requestBody": {"required": True, "content": _content(EXAMPLES)},
    },
)
async def send_import(
    request: Request,
    response: Response,
    library: InLibrary,
    caller: InCaller,
    license: Annotated[
        str, Query(max_length=64, description="name or id, for items that name none")
    ],
    idempotency_key: Annotated[
        str | None,
        Header(pattern=r"^[\x21-\x7e]{1,200}$", description="sent again, gives the same import"),
    ] = None,
) -> ImportShape:
    """Send a manifest of resources whose digests are known: JSON Lines or CSV, docs/formats.md §14.

    The answer is 202 once the manifest is on disk; the worker does the rest, and goes on where it was
    if the service is killed. A row that names a file is refused, as is any other bad row; the rest is
    taken. Claims that stand already are duplicates, so that a manifest can be sent again.
    """
    asked = ImportRequest(
        caller, _form_of(request), license, idempotency_key, announced_size(request)
    )
    await run_in_threadpool(check_import_request, library, asked)
    with receive_manifest(library, asked) as upload:
        await receive_body(request, upload.write)
        job = await run_in_threadpool(request_import, library, asked, upload)
    response.headers["Location"] = f"/api/v1/imports/{job.id}"
    return ImportShape.of(await run_in_threadpool(with_anchor, library, job))


@router.get("", response_model=Page[ImportShape], openapi_extra=needs(Permission.IMPORT_READ))
def list_(library: InLibrary, caller: InCaller, page: AskedPage) -> Page[ImportShape]:
    """List the library's imports that are remembered, newest first."""
    return Page[ImportShape].of(list_imports(library, caller, page), ImportShape.of)


@router.get("/{job}", response_model=ImportShape, openapi_extra=needs(Permission.IMPORT_READ))
def show(library: InLibrary, caller: InCaller, job: str) -> ImportShape:
    """Show how far an import has come, and once it is done, which block anchors it."""
    return ImportShape.of(show_import(library, caller, job))


@router.get(
    "/{job}/report",
    response_class=StreamingResponse,
    responses={200: {"content": _content(REPORT_EXAMPLES)}},
    openapi_extra=needs(Permission.IMPORT_READ),
)
def report(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    job: str,
    format: Annotated[
        Literal["jsonl", "csv"] | None, Query(description="default: as Accept says, or jsonl")
    ] = None,
) -> StreamingResponse:
    """Return what became of each item, in order. It is whole once the import is no longer running.

    Before that it has the items that are decided.
    """
    found = show_import(library, caller, job).job
    wanted = format or ("csv" if "text/csv" in request.headers.get("accept", "") else "jsonl")
    language = of_program(request.headers)
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-import-{job[:16]}.{wanted}"',
        "Content-Language": language,
        "Vary": "Accept, Accept-Language",
    }
    parts = report_parts(library, caller, found)
    is_csv = wanted == "csv"
    lines = partial(shown_lines, language=language)
    body = with_header(parts, language) if is_csv else map(lines, parts)
    return StreamingResponse(body, headers=headers, media_type=REPORT_TYPES[wanted])


@router.delete("/{job}", response_model=ImportShape, openapi_extra=needs(Permission.IMPORT_CANCEL))
def cancel(library: InLibrary, caller: InCaller, job: str) -> ImportShape:
    """Let an import go no further. What it has accepted stays; one that has ended stays as it is."""
    return ImportShape.of(with_anchor(library, cancel_import(library, caller, job)))


def _form_of(request: Request) -> str:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in FORM_OF:
        given = kind[:80] or "no content type"
        raise WrongContentType(wanted=", ".join(FORM_OF), given=given)
    return FORM_OF[kind]
