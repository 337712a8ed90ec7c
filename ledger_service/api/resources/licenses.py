"""Routes for licenses: define, list, show."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InLibrary, Registrar
from ledger_service.api.requests import JsonRoute
from ledger_service.api.resources.shapes import LicenseShape, NewLicense
from ledger_service.api.shapes import Page, PageCursor, PageSize, decode_cursor
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms, rights_uri
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.register_resource import find_license

router = APIRouter(prefix="/licenses", tags=["licenses"], route_class=JsonRoute)


@router.post("", status_code=202, response_model=LicenseShape)
def define(library: InLibrary, _: Registrar, new: NewLicense) -> LicenseShape:
    """Define a license: terms that hold for everyone and do not change."""
    terms = LicenseTerms(
        uri=rights_uri(new.rights),
        seats=UNLIMITED_SEATS if new.seats is None else new.seats,
        longest_loan_seconds=new.longest_loan_seconds,
        self_service=new.self_service,
    )
    return LicenseShape.of(define_license(library, new.name, terms))


@router.get("", response_model=Page[LicenseShape])
def list_licenses(
    library: InLibrary, cursor: PageCursor = "", limit: PageSize = 50
) -> Page[LicenseShape]:
    """List the licenses of this library by name."""
    with library.store.read() as transaction:
        found = transaction.licenses.page(decode_cursor(cursor), limit + 1)
    return Page[LicenseShape].of(found, limit, LicenseShape.of, lambda row: row.name)


@router.get("/{name_or_id}", response_model=LicenseShape)
def show_license(library: InLibrary, name_or_id: str) -> LicenseShape:
    """Show the license with this name or id."""
    with library.store.read() as transaction:
        return LicenseShape.of(find_license(transaction, name_or_id))
