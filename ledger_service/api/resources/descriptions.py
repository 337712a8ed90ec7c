"""Routes for the record of a resource: corrected, and as it was before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.resources.shapes import DescriptionShape, NewRecord, RegistrationShape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.resources.find_resources import list_descriptions

router = APIRouter(
    prefix="/resources/{digest}/descriptions", tags=["resources"], route_class=JsonRoute
)


@router.post(
    "",
    response_model=RegistrationShape,
    openapi_extra=needs(Permission.RESOURCE_CHANGE),
)
@once
def describe(
    library: InLibrary, caller: InCaller, digest: str, new: NewRecord
) -> RegistrationShape:
    """Correct the record of a resource by a new revision, which is in the ledger with this answer.

    What is left out stays as it is. The registration and its receipts stay as they are, too.
    """
    corrected = new.model_dump(exclude_none=True)
    return RegistrationShape.of(describe_resource(library, caller, Digest.parse(digest), corrected))


@router.get(
    "", response_model=list[DescriptionShape], openapi_extra=needs(Permission.RESOURCE_READ)
)
def list_all(
    library: InLibrary,
    digest: str,
    claimed: Annotated[
        bool, Query(description="the records of the claims, too, as revision 0")
    ] = False,
) -> list[DescriptionShape]:
    """List the corrected records of a digest, every steward's, in the order of their entries."""
    found = list_descriptions(library, Digest.parse(digest), claimed=claimed)
    return [DescriptionShape.of(item) for item in found]
