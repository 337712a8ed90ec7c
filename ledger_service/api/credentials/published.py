"""What verifiers that are not ours ask of an issuer, at the root, where their specifications name it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi import Path as InPath

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.shapes import bytes_of
from ledger_service.domain.credentials.credential import CredentialKind
from ledger_service.domain.credentials.status_list import MEDIA_TYPE
from ledger_service.domain.people.permission import Permission
from ledger_service.services.credentials.publish import (
    TTL_SECONDS,
    issuer_metadata,
    status_token,
    type_metadata,
)

router = APIRouter(tags=["credentials"])
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
"""Verifiers are pages of other sites, too; what is told is public."""
KEPT = {"Cache-Control": f"public, max-age={TTL_SECONDS}", **ANY_ORIGIN}


@router.get("/.well-known/jwt-vc-issuer", openapi_extra=needs(Permission.LEDGER_READ))
def issuer(library: InLibrary, response: Response) -> dict[str, Any]:
    """Return the issuer's name and keys, as SD-JWT VC has it."""
    response.headers.update(KEPT)
    return issuer_metadata(library)


@router.get(
    "/credentials/status/{list_number}",
    response_class=Response,
    responses={200: bytes_of(MEDIA_TYPE)},
    openapi_extra=needs(Permission.LEDGER_READ),
)
def status_list(
    library: InLibrary, list_number: Annotated[int, InPath(ge=1, lt=10**9)]
) -> Response:
    """Return a status list as a signed token: Token Status List."""
    return Response(status_token(library, list_number), media_type=MEDIA_TYPE, headers=KEPT)


@router.get("/credentials/types/{kind}", openapi_extra=needs(Permission.LEDGER_READ))
def type_of(library: InLibrary, response: Response, kind: CredentialKind) -> dict[str, Any]:
    """Return what a type of credential is, as wallets read it."""
    response.headers.update(KEPT)
    return type_metadata(library, kind)
