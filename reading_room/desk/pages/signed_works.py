"""What authors signed and ask the library to register: a registrar decides, with the statement at hand."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.authorship.own_file import name_of_work
from ledger_service.services.authorship.register_signed import (
    asked_file,
    list_asked,
    refuse_signed,
    register_signed,
)
from ledger_service.web.layout import Fields, hand_out, library_of, read_fields
from reading_room.desk.pages.take_in import licenses_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/signed"
ROWS = 25
router = APIRouter(prefix=PATH, include_in_schema=False)
Registrar = Annotated[Visitor, Depends(with_permission(Permission.RESOURCE_REGISTER))]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Cursor = Annotated[str, Query(max_length=200)]
Registered = Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")]


@router.get("")
def list_(
    request: Request, visitor: Registrar, cursor: Cursor = "", registered: Registered = ""
) -> Response:
    """Show what authors ask to be registered, the oldest first. registered: what just was."""
    return _list(request, visitor, cursor, registered=registered)


@router.get("/{statement}/work")
def work(request: Request, visitor: Registrar, statement: Id) -> Response:
    """Hand out the work that is to be registered."""
    data = asked_file(library_of(request), visitor.caller, statement)
    return hand_out(data, name_of_work(data))


@router.post("/{statement}")
async def decide(request: Request, visitor: Registrar, statement: Id) -> Response:
    """Register it under a license, or not at all."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_decide, request, visitor, statement, fields))


def _decide(request: Request, visitor: Visitor, statement: str, fields: Fields) -> Response:
    library = library_of(request)
    try:
        if fields["do"] == "refuse":
            refuse_signed(library, visitor.caller, statement)
        else:
            found = register_signed(library, visitor.caller, statement, fields["license"])
            return RedirectResponse(f"{PATH}?registered={found.digest.hex()}", 303)
    except LedgerError as exc:
        return _list(request, visitor, "", exc)
    return RedirectResponse(PATH, 303)


def _list(
    request: Request,
    visitor: Visitor,
    cursor: str,
    refusal: LedgerError | None = None,
    registered: str = "",
) -> Response:
    library = library_of(request)
    page = list_asked(library, visitor.caller, PageRequest(cursor, ROWS))
    return show(
        request,
        "desk_signed.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        page=page,
        registered=registered,
        licenses=licenses_of(library),
    )
