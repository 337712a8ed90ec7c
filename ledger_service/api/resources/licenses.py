"""Routes for licenses: define, list, show."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.resources.shapes import LicenseShape, NewLicense
from ledger_service.api.shapes import AskedPage, Page
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms, rights_uri
from ledger_service.domain.resources.policies.odrl import MEDIA_TYPE
from ledger_service.services.exports.tell_policy import policy_bytes
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.find_resources import list_licenses, show_license

router = APIRouter(prefix="/licenses", tags=["licenses"], route_class=JsonRoute)


@router.post(
    "", status_code=202, response_model=LicenseShape, openapi_extra=needs(Permission.LICENSE_DEFINE)
)
@once
def define(library: InLibrary, caller: InCaller, new: NewLicense) -> LicenseShape:
    """Define a license: terms that hold for everyone and do not change."""
    terms = LicenseTerms(
        uri=rights_uri(new.rights),
        seats=UNLIMITED_SEATS if new.seats is None else new.seats,
        longest_loan_seconds=new.longest_loan_seconds,
        self_service=new.self_service,
    )
    row = define_license(library, caller, new.name, terms, new.checkouts, new.marked)
    return LicenseShape.of(row)


@router.get("", response_model=Page[LicenseShape], openapi_extra=needs(Permission.LICENSE_READ))
def list_(library: InLibrary, page: AskedPage) -> Page[LicenseShape]:
    """List the licenses of this library by name."""
    return Page[LicenseShape].of(list_licenses(library, page), LicenseShape.of)


@router.get(
    "/{name_or_id}/policy",
    response_class=Response,
    responses={200: {"content": {"application/ld+json": {"schema": {"type": "object"}}}}},
    openapi_extra=needs(Permission.LICENSE_READ),
)
def policy(library: InLibrary, name_or_id: str) -> Response:
    """Return the license's policy in ODRL 2.2, byte for byte: their SHA-256 is in the license on chain."""
    return Response(policy_bytes(library, name_or_id), media_type=MEDIA_TYPE)


@router.get(
    "/{name_or_id}", response_model=LicenseShape, openapi_extra=needs(Permission.LICENSE_READ)
)
def show(library: InLibrary, name_or_id: str) -> LicenseShape:
    """Show the license with this name or id."""
    return LicenseShape.of(show_license(library, name_or_id))
