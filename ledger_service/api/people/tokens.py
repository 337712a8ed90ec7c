"""Routes of access tokens: list, revoke, and make one's own. `muhr token` and `POST /readers` make others."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from ledger_service.api.callers import InCaller, InLibrary, needs, secret_of
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedPage, Page, Shape
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.people import KeptToken
from ledger_service.services.people.own_tokens import make_token
from ledger_service.services.people.revoke_token import list_tokens, revoke_token

router = APIRouter(prefix="/tokens", tags=["library"], route_class=JsonRoute)
DAY_SECONDS = 86_400


class TokenShape(Shape):
    """A token or a session, without its secret. subject: a reader's random name, or a colleague's name.

    way: `token`, or how whoever has the session signed in; made_at: null for those of earlier versions;
    scopes: the permissions that it was narrowed to, null for all of its role.
    """

    id: str
    role: str
    subject: str
    expires_at: int
    way: str
    made_at: int | None
    scopes: list[str] | None

    @classmethod
    def of(cls, kept: KeptToken) -> TokenShape:
        token = kept.token
        return cls(
            id=kept.id,
            role=token.role.value,
            subject=token.subject,
            expires_at=token.expires_at,
            way=token.way.value,
            made_at=token.made_at,
            scopes=None if token.scopes is None else sorted(token.scopes),
        )


@router.get("", response_model=Page[TokenShape], openapi_extra=needs(Permission.TOKEN_REVOKE))
def list_(
    library: InLibrary,
    caller: InCaller,
    page: AskedPage,
    role: Annotated[Role | None, Query(description="only of this role")] = None,
    subject: Annotated[
        str | None, Query(max_length=64, description="only of this reader or colleague")
    ] = None,
) -> Page[TokenShape]:
    """List the tokens that one may revoke, expired ones too: one's own, and to registrars readers'."""
    found = list_tokens(library.store, caller, page, role, subject)
    return Page[TokenShape].of(found, TokenShape.of)


class NewToken(Shape):
    """scopes: the names of the permissions that it has; days: after which it ends."""

    scopes: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=200)
    days: int = Field(ge=1, le=366)


class MadeToken(Shape):
    """The only time that the token is shown. id: by which it is revoked."""

    id: str
    token: str
    expires_at: int
    scopes: list[str]


@router.post(
    "", status_code=201, response_model=MadeToken, openapi_extra=needs(Permission.TOKEN_MAKE)
)
@once
def make(request: Request, library: InLibrary, caller: InCaller, new: NewToken) -> MadeToken:
    """Make a token of one's own that may do less; it ends with the token by which it is made."""
    seconds = new.days * DAY_SECONDS
    by = secret_of(request)
    secret, kept = make_token(library.store, library.clock, caller, by, new.scopes, seconds)
    return MadeToken(
        id=kept.id,
        token=secret,
        expires_at=kept.token.expires_at,
        scopes=sorted(kept.token.scopes or ()),
    )


@router.delete("/{token}", response_model=TokenShape, openapi_extra=needs(Permission.TOKEN_REVOKE))
def revoke(library: InLibrary, caller: InCaller, token: str) -> TokenShape:
    """Revoke a token by its id: it lets nobody in from this answer on."""
    return TokenShape.of(revoke_token(library.store, library.clock, caller, token))
