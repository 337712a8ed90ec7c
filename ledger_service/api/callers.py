"""Who calls: bearer tokens with a role, asked for by every route that changes or shows private things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.rows import Token
from ledger_service.services.grant_access import authenticate
from ledger_service.services.library import Library

_bearer = HTTPBearer(auto_error=False, description="A token made by `muhr token`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def library_of(request: Request) -> Library:
    """Return the library that this app serves. Async, since a plain function costs a thread a request."""
    library: Library = request.app.state.library
    return library


def secret_of(credentials: HTTPAuthorizationCredentials | None) -> str:
    """Return the access token of a request; raise NotAuthenticated if it has none."""
    if credentials is None:
        raise NotAuthenticated("Send an access token: Authorization: Bearer ….")
    return credentials.credentials


InLibrary = Annotated[Library, Depends(library_of)]


def caller(*roles: str) -> Callable[..., Token]:
    """Return a dependency that lets only these roles in.

    Raises:
        NotAuthenticated: no token, or an unknown or expired one (401).
        RoleNotHeld: a token of another role (403).
    """

    def check(library: InLibrary, credentials: Credentials) -> Token:
        return authenticate(library.store, library.clock, secret_of(credentials), roles)

    return check


Registrar = Annotated[Token, Depends(caller("registrar"))]
Reader = Annotated[Token, Depends(caller("reader"))]
Lender = Annotated[Token, Depends(caller("registrar", "reader"))]
Auditor = Annotated[Token, Depends(caller("auditor"))]
AnyCaller = Annotated[Token, Depends(caller("registrar", "reader", "auditor"))]
