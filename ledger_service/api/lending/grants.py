"""Routes for grants: issue, renew, return, revoke, list, show. Readers see their own, registrars all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.lending.shapes import GrantShape, NewEnd, NewGrant
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedFrom, AskedHex, AskedPage, AskedUntil, Page
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.people.permission import Permission, Thing
from ledger_service.ports.lending import GrantFilter
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.lending.cohorts.claim_grant import claim_first
from ledger_service.services.lending.find_grants import list_grants, show_grant
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.pools import GRANTS

router = APIRouter(prefix="/grants", tags=["grants"], route_class=JsonRoute)


@router.post(
    "", status_code=202, response_model=GrantShape, openapi_extra=needs(Permission.GRANT_ISSUE)
)
@GRANTS.takes
@once
def issue(library: InLibrary, caller: InCaller, new: NewGrant, response: Response) -> GrantShape:
    """Grant a reader the resource until a time, within the license's seats and longest loan.

    A reader may ask for themselves under a self-service license, or claims what a course gives. A live grant
    of the same reader and resource is the answer, with 200 once it is issued, whatever the time: a renewal
    makes it longer.
    """
    try:
        scopes = new.scope_bits()
    except KeyError as exc:
        raise InvalidInput("scopes") from exc
    digest = Digest.parse(new.digest)
    is_own = Thing.of_reader(new.reader).is_of(caller)
    claimed = claim_first(library, caller, digest) if is_own else None
    grant = claimed or issue_grant(
        library,
        caller,
        digest=digest,
        reader=new.reader,
        until=new.until,
        scopes=scopes,
    )
    if grant.state is GrantState.ISSUED:
        response.status_code = 200
    return GrantShape.of(grant, caller, library.clock())


@router.post(
    "/{grant}/renewal",
    status_code=202,
    response_model=GrantShape,
    openapi_extra=needs(Permission.GRANT_RENEW),
)
@once
def renew(library: InLibrary, caller: InCaller, grant: str, new: NewEnd) -> GrantShape:
    """Move the end of a live grant later; a reader their own, under a self-service license."""
    found = renew_grant(library, caller, GrantId.parse(grant), new.until)
    return GrantShape.of(found, caller, library.clock())


@router.post(
    "/{grant}/return",
    status_code=202,
    response_model=GrantShape,
    openapi_extra=needs(Permission.GRANT_RETURN),
)
@once
def give_back(library: InLibrary, caller: InCaller, grant: str) -> GrantShape:
    """Give a grant back before it ends: a reader their own, a registrar anyone's."""
    return GrantShape.of(
        return_grant(library, caller, GrantId.parse(grant)), caller, library.clock()
    )


@router.post(
    "/{grant}/revocation",
    status_code=202,
    response_model=GrantShape,
    openapi_extra=needs(Permission.GRANT_REVOKE),
)
@once
def revoke(
    library: InLibrary,
    caller: InCaller,
    grant: str,
    new_key: Annotated[bool, Query(description="encrypt the closed content anew")] = False,
) -> GrantShape:
    """Revoke a grant: openings under it are refused from this answer on.

    With a new key, a new epoch of the content begins soon: whoever copied its ciphertext and its key has only
    what they could read before.
    """
    found = revoke_grant(library, caller, GrantId.parse(grant), new_key=new_key)
    return GrantShape.of(found, caller, library.clock())


@router.get("", response_model=Page[GrantShape], openapi_extra=needs(Permission.GRANT_READ))
def list_(
    library: InLibrary,
    caller: InCaller,
    page: AskedPage,
    *,
    digest: AskedHex = None,
    reader: Annotated[str | None, Query(max_length=64)] = None,
    pseudonym: AskedHex = None,
    state: GrantState | None = None,
    live: bool | None = None,
    since: AskedFrom = None,
    until: AskedUntil = None,
    ends_before: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> Page[GrantShape]:
    """List grants, oldest first: a reader's own, or all of the library's.

    state: as it is told now. live: whether it stands or is on its way, and has not ended. reader,
    pseudonym: whose they are, by the name that the caller may know. from, until: when they were asked for.
    ends_before: with live, loans that soon end.
    """
    which = GrantFilter(
        digest=None if digest is None else Digest.parse(digest),
        reader=reader,
        pseudonym=None if pseudonym is None else bytes.fromhex(pseudonym),
        state=state,
        is_live=live,
        since=since,
        until=until,
        ends_before=ends_before,
    )
    found, now = list_grants(library, caller, page, which), library.clock()
    return Page[GrantShape].of(found, lambda grant: GrantShape.of(grant, caller, now))


@router.get("/{grant}", response_model=GrantShape, openapi_extra=needs(Permission.GRANT_READ))
def show(library: InLibrary, caller: InCaller, grant: str) -> GrantShape:
    """Show a grant; another reader's is not found."""
    return GrantShape.of(show_grant(library, caller, GrantId.parse(grant)), caller, library.clock())
