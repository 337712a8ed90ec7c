"""Routes of credentials: of their holders, of the library's people, and what anybody may ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as InPath

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.credentials.shapes import (
    AskedCheck,
    AttendanceShape,
    CheckShape,
    CredentialShape,
    FileShape,
    HolderKey,
    KeyShape,
    NewRevocation,
    OwnCredentialShape,
    StateShape,
    StatusShape,
)
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedPage, Page
from ledger_service.domain.credentials.credential import Place
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.credentials.tables import MOST_STATES
from ledger_service.services.credentials.own_source import check_own_credential
from ledger_service.services.credentials.publish import (
    find_attendance,
    find_certificate,
    find_revocation,
    list_keys,
    list_states,
)
from ledger_service.services.credentials.revoke_credential import revoke_credential
from ledger_service.services.credentials.show_credentials import find_own, list_own, list_taken
from ledger_service.services.credentials.take_credential import take_credential

router = APIRouter(tags=["credentials"], route_class=JsonRoute)
ListNumber = Annotated[int, InPath(ge=1, lt=10**9)]


@router.get(
    "/me/credentials",
    response_model=list[OwnCredentialShape],
    openapi_extra=needs(Permission.CREDENTIAL_OWN),
)
def own(library: InLibrary, caller: InCaller) -> list[OwnCredentialShape]:
    """List the caller's credentials, newest first."""
    return [OwnCredentialShape.of(one) for one in list_own(library, caller)]


@router.get(
    "/me/credentials/{credential}",
    response_model=OwnCredentialShape,
    openapi_extra=needs(Permission.CREDENTIAL_OWN),
)
def one_own(library: InLibrary, caller: InCaller, credential: str) -> OwnCredentialShape:
    """Return a credential of the caller's."""
    return OwnCredentialShape.of(find_own(library, caller, credential))


@router.post(
    "/me/credentials/{credential}",
    response_model=OwnCredentialShape,
    openapi_extra=needs(Permission.CREDENTIAL_OWN),
)
@once
def take(
    library: InLibrary, caller: InCaller, credential: str, holder: HolderKey
) -> OwnCredentialShape:
    """Take a credential: it is signed, and bound to the holder's key if one is given; once, and for good."""
    key = None if holder.jwk is None else PublicKey.of_jwk(holder.jwk)
    return OwnCredentialShape.of(take_credential(library, caller, credential, key))


@router.get(
    "/credentials",
    response_model=Page[CredentialShape],
    openapi_extra=needs(Permission.CREDENTIAL_READ),
)
def taken(library: InLibrary, caller: InCaller, page: AskedPage) -> Page[CredentialShape]:
    """List the credentials that were taken, oldest first. They name nobody."""
    return Page[CredentialShape].of(list_taken(library, caller, page), CredentialShape.of)


@router.post(
    "/credentials/{number}/revocation",
    response_model=CredentialShape,
    openapi_extra=needs(Permission.CREDENTIAL_REVOKE),
)
@once
def revoke(
    library: InLibrary, caller: InCaller, number: str, new: NewRevocation
) -> CredentialShape:
    """Revoke a credential for good. number: as it stands on the certificate."""
    return CredentialShape.of(revoke_credential(library, caller, Place.parse(number), new.reason))


@router.get(
    "/credentials/{number}/status",
    response_model=StatusShape,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def status(library: InLibrary, number: str) -> StatusShape:
    """Return whether the library stands by a credential. Who asks the list instead tells nobody which."""
    place = Place.parse(number)
    return StatusShape.of(place, find_revocation(library, place))


@router.get(
    "/credentials/files/{digest}",
    response_model=FileShape,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def file(library: InLibrary, digest: str) -> FileShape:
    """Return what is known of a certificate as a file, by its digest."""
    return FileShape.of_file(*find_certificate(library, Digest.parse(digest)))


@router.get(
    "/credentials/keys",
    response_model=list[KeyShape],
    openapi_extra=needs(Permission.LEDGER_READ),
)
def keys(library: InLibrary) -> list[KeyShape]:
    """List the keys by which the library has ever signed credentials, the newest first."""
    return [KeyShape.of(kept) for kept in list_keys(library)]


@router.get(
    "/credentials/lists/{list_number}",
    response_model=list[StateShape],
    openapi_extra=needs(Permission.LEDGER_READ),
)
def states(
    library: InLibrary,
    list_number: ListNumber,
    limit: Annotated[int, Query(ge=1, le=MOST_STATES)] = 100,
    below: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> list[StateShape]:
    """List the states of a status list, the newest first; each names the one before.

    below: only those with a lower number, which `body` has.
    """
    return [StateShape.of(kept) for kept in list_states(library, list_number, limit, below)]


@router.get(
    "/credentials/attendances/{statement}",
    response_model=AttendanceShape,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def attendance(library: InLibrary, statement: str) -> AttendanceShape:
    """Return what the ledger attests of who was at an event: the root, and how many by role."""
    return AttendanceShape.of(find_attendance(library, Digest.parse(statement)))


@router.post(
    "/credentials/check",
    response_model=CheckShape,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def check(library: InLibrary, asked: AskedCheck) -> CheckShape:
    """Check a credential of this library. Nothing of it is kept."""
    return CheckShape.of(check_own_credential(library, asked.credential))
