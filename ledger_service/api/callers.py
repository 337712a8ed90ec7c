"""Who calls: bearer tokens with a role, asked for by every route that changes or shows private things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.ports.people import Token
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import authenticate

_bearer = HTTPBearer(auto_error=False, description="A token made by `muhr token`.")


async def library_of(request: Request) -> Library:
    """Return the library that this app serves. Async, since a plain function costs a thread a request."""
    library: Library = request.app.state.library
    return library


SECURED: dict[str, Any] = {"security": [{_bearer.scheme_name: []}]}
"""What OpenAPI says of a route that reads the token itself, by `secret_of`."""


def secret_of(request: Request) -> str:
    """Return the access token of a request; raise NotAuthenticated if it has none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise _no_token()
    return secret


def _no_token() -> NotAuthenticated:
    return NotAuthenticated("Send an access token: Authorization: Bearer ….")


InLibrary = Annotated[Library, Depends(library_of)]


def caller(*roles: str) -> Callable[..., Token]:
    """Return a dependency that lets only these roles in.

    Raises:
        NotAuthenticated: no token, or an unknown or expired one (401).
        RoleNotHeld: a token of another role (403).
    """

    def check(
        library: InLibrary,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Token:
        if credentials is None:
            raise _no_token()
        return authenticate(library.store, library.clock, credentials.credentials, roles)

    return check


Registrar = Annotated[Token, Depends(caller("registrar"))]
Reader = Annotated[Token, Depends(caller("reader"))]
Lender = Annotated[Token, Depends(caller("registrar", "reader"))]
Auditor = Annotated[Token, Depends(caller("auditor"))]
AnyCaller = Annotated[Token, Depends(caller("registrar", "reader", "auditor"))]
