"""Routes for grants: issue, revoke, list, show. Readers see their own, registrars the library's."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import AnyCaller, InLibrary, Registrar
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import (
    GrantShape,
    NewGrant,
    Page,
    PageCursor,
    PageSize,
    decode_number,
)
from ledger_service.domain.errors import GrantNotFound, InvalidInput
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.services.issue_grant import issue_grant, revoke_grant

router = APIRouter(prefix="/grants", tags=["grants"], route_class=JsonRoute)


@router.post("", status_code=202, response_model=GrantShape)
def issue(library: InLibrary, _: Registrar, new: NewGrant) -> GrantShape:
    """Grant a reader the resource until a time, within the license's seats and longest loan."""
    try:
        scopes = new.scope_bits()
    except KeyError as exc:
        raise InvalidInput("Scopes are read, download and print.") from exc
    grant = issue_grant(
        library,
        digest=Digest.parse(new.digest),
        reader=new.reader,
        until=new.until,
        scopes=scopes,
    )
    return GrantShape.of(grant)


@router.post("/{grant}/revocation", status_code=202, response_model=GrantShape)
def revoke(library: InLibrary, _: Registrar, grant: str) -> GrantShape:
    """Revoke a grant: openings under it are refused from this answer on."""
    return GrantShape.of(revoke_grant(library, GrantId.parse(grant)))


@router.get("", response_model=Page[GrantShape])
def list_grants(
    library: InLibrary, token: AnyCaller, cursor: PageCursor = "", limit: PageSize = 50
) -> Page[GrantShape]:
    """List grants, oldest first: a reader's own, or all of the library's."""
    reader = token.subject if token.role == "reader" else None
    with library.store.read() as transaction:
        found = transaction.grants.page(decode_number(cursor, 0), limit + 1, reader=reader)
    return Page[GrantShape].of(found, limit, lambda row: GrantShape.of(row[1]), lambda row: row[0])


@router.get("/{grant}", response_model=GrantShape)
def show_grant(library: InLibrary, token: AnyCaller, grant: str) -> GrantShape:
    """Show a grant; another reader's is not found."""
    with library.store.read() as transaction:
        found = transaction.grants.find(GrantId.parse(grant))
    if found is None or (token.role == "reader" and found.reader != token.subject):
        raise GrantNotFound(f"There is no grant {grant} of this library.")
    return GrantShape.of(found)
