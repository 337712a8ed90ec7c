"""Who calls, and with which permission: every route declares one, in one way.

A route states its permission by `needs` in what it adds to the OpenAPI document. Where that is not
public, it takes an `InCaller`, who has been asked for a token and for the permission by then; the verb
decides again, and about whose it is.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import authenticate

_bearer = HTTPBearer(auto_error=False, description="A token made by `muhr token`.")
_CALLER = (
    "muhr.caller"  # in the scope of a request whose caller was asked for before its body was read
)
LIBRARY = "muhr.library"  # in the scope of a request that is given the library in another way
_MEMBER = "x-permission"  # of an operation, or of a field, in the OpenAPI document


def needs(permission: Permission) -> dict[str, Any]:
    """Return what a route adds to its OpenAPI operation to say which permission it needs."""
    return {_MEMBER: permission.value}


def shown_by(permission: Permission) -> Any:
    """Return what a field adds to its schema to say which permission shows it; to others it is null."""
    return Field(json_schema_extra={_MEMBER: permission.value})


def permission_of(operation: dict[str, Any]) -> Permission:
    """Return the permission that an operation or a field states; raise KeyError if it states none."""
    return Permission(operation[_MEMBER])


async def library_of(request: Request) -> Library:
    """Return the library that this app serves. Async, since a plain function costs a thread a request."""
    library: Library = request.scope.get(LIBRARY) or request.app.state.library
    return library


SECURED: dict[str, Any] = {"security": [{_bearer.scheme_name: []}]}
"""What OpenAPI says of a route that reads the token itself, by `secret_of`."""


TELLS_MORE: dict[str, Any] = {"security": [{}]}
"""What a public route adds to its operation that tells more to some callers: it goes without a token, too."""


def secret_of(request: Request) -> str:
    """Return the access token of a request; raise NotAuthenticated if it has none."""
    secret = _secret(request)
    if secret is None:
        raise NotAuthenticated("no-token")
    return secret


def _secret(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret if scheme.lower() == "bearer" and secret else None


InLibrary = Annotated[Library, Depends(library_of)]


def caller_of(
    request: Request,
    library: InLibrary,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Return who calls, if the permission that the route states reaches at least what is their own.

    Raises:
        NotAuthenticated: no token, or an unknown or expired one (401).
        RoleNotHeld: a token whose role does not hold the permission (403).
    """
    found: Caller | None = request.scope.get(_CALLER)
    if found is not None:
        return found
    secret = None if credentials is None else credentials.credentials
    return _admitted(library, secret, permission_of(request.scope["route"].openapi_extra))


def caller_now(request: Request, library: Library) -> Caller:
    """Return who calls, for a route that reads the token itself, in a thread; raise as `caller_of`."""
    needed = permission_of(request.scope["route"].openapi_extra)
    return _admitted(library, _secret(request), needed)


async def admit(request: Request, operation: dict[str, Any]) -> None:
    """Remember who calls, or raise as `caller_of`: before anything of a body is read, or later once more."""
    library: Library = request.app.state.library
    secret = _secret(request)
    find = partial(_admitted, library, secret, permission_of(operation))
    request.scope[_CALLER] = find() if secret is None else await run_in_threadpool(find)


def _admitted(library: Library, secret: str | None, permission: Permission) -> Caller:
    if secret is None:
        caller = Caller.anybody(library.steward)
    else:
        caller = authenticate(library.store, library.clock, library.steward, secret)
    reach(caller, permission)
    return caller


InCaller = Annotated[Caller, Depends(caller_of)]
