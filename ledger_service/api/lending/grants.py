"""Routes for grants: issue, renew, return, revoke, list, show. Readers see their own, registrars all."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import AnyCaller, InLibrary, Lender, Registrar
from ledger_service.api.lending.shapes import GrantShape, NewEnd, NewGrant
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedPage, Page
from ledger_service.domain.errors import InvalidInput, RoleNotHeld
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.ports.people import Token
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.lending.find_grants import list_grants, show_grant
from ledger_service.services.lending.issue_grant import issue_grant

router = APIRouter(prefix="/grants", tags=["grants"], route_class=JsonRoute)


@router.post("", status_code=202, response_model=GrantShape)
def issue(library: InLibrary, token: Lender, new: NewGrant) -> GrantShape:
    """Grant a reader the resource until a time, within the license's seats and longest loan.

    A reader may ask for themselves under a self-service license.
    """
    asks_for_other = new.reader != token.subject
    if token.role == "reader" and asks_for_other:
        raise RoleNotHeld("A reader asks for grants in their own name only.")
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
        by_service=token.role == "reader",
    )
    return GrantShape.of(grant)


@router.post("/{grant}/renewal", status_code=202, response_model=GrantShape)
def renew(library: InLibrary, token: Lender, grant: str, new: NewEnd) -> GrantShape:
    """Move the end of a live grant later; a reader their own, under a self-service license."""
    found = renew_grant(library, GrantId.parse(grant), new.until, reader=_own_name(token))
    return GrantShape.of(found)


@router.post("/{grant}/return", status_code=202, response_model=GrantShape)
def give_back(library: InLibrary, token: Lender, grant: str) -> GrantShape:
    """Give a grant back before it ends: a reader their own, a registrar anyone's."""
    return GrantShape.of(return_grant(library, GrantId.parse(grant), reader=_own_name(token)))


@router.post("/{grant}/revocation", status_code=202, response_model=GrantShape)
def revoke(library: InLibrary, _: Registrar, grant: str) -> GrantShape:
    """Revoke a grant: openings under it are refused from this answer on."""
    return GrantShape.of(revoke_grant(library, GrantId.parse(grant)))


@router.get("", response_model=Page[GrantShape])
def list_(library: InLibrary, token: AnyCaller, page: AskedPage) -> Page[GrantShape]:
    """List grants, oldest first: a reader's own, or all of the library's."""
    return Page[GrantShape].of(list_grants(library, page, _own_name(token)), GrantShape.of)


@router.get("/{grant}", response_model=GrantShape)
def show(library: InLibrary, token: AnyCaller, grant: str) -> GrantShape:
    """Show a grant; another reader's is not found."""
    return GrantShape.of(show_grant(library, GrantId.parse(grant), _own_name(token)))


def _own_name(token: Token) -> str | None:
    """Return the reader whose grants alone the caller may touch, or None for all."""
    return token.subject if token.role == "reader" else None
