"""The library's terms of use: which there are, and new ones, which do not change once they are defined."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.license import (
    KNOWN_RIGHTS,
    UNLIMITED_SEATS,
    LicenseTerms,
    rights_uri,
)
from ledger_service.services.resources.define_license import define_license
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.decisions_asked import DAY_SECONDS
from reading_room.desk.pages.forms import number_of
from reading_room.desk.pages.take_in import licenses_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission

router = APIRouter(prefix="/desk/licenses", include_in_schema=False)
Definer = Annotated[Visitor, Depends(with_permission(Permission.LICENSE_DEFINE))]
OTHER = "other"


@router.get("")
def list_(request: Request, visitor: Definer) -> Response:
    """Show the terms of use that there are, and the form for others."""
    return _list(request, visitor)


@router.post("")
async def define(request: Request, visitor: Definer) -> Response:
    """Define terms of use."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_define, request, visitor, given))


def _define(request: Request, visitor: Visitor, given: Fields) -> Response:
    library = library_of(request)
    try:
        rights = given["uri"] if given["rights"] == OTHER else given["rights"]
        seats, checkouts = number_of(given, "seats"), number_of(given, "checkouts")
        terms = LicenseTerms(
            uri=rights_uri(rights),
            seats=UNLIMITED_SEATS if seats is None else seats,
            longest_loan_seconds=(number_of(given, "days") or 0) * DAY_SECONDS,
            self_service=given["self_service"] == "yes",
        )
        is_marked = given["marked"] == "yes"
        define_license(library, visitor.caller, given["name"], terms, checkouts, is_marked)
    except LedgerError as exc:
        return _list(request, visitor, exc, given)
    return RedirectResponse("/desk/licenses", 303)


def _list(
    request: Request,
    visitor: Visitor,
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    return show(
        request,
        "desk_licenses.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        licenses=licenses_of(library_of(request)),
        rights={name: _code(uri) for name, uri in KNOWN_RIGHTS.items()},
        unlimited=UNLIMITED_SEATS,
        given=given or Fields(),
    )


def _code(uri: str) -> str:
    """Return by which name the texts of pages say what rights mean, such as by-sa or inc."""
    return uri.split("/")[-3].lower()
