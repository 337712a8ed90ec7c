"""Who calls, and with which permission: every route declares one, in one way.

A route states its permission by `needs` in what it adds to the OpenAPI document. Where that is not
public, it takes an `InCaller`, who has been asked for a token and for the permission by then; the verb
decides again, and about whose it is.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.own_page import SAFE_METHODS, check_own_page
from ledger_service.domain.people.permission import PUBLIC, Permission, reach
from ledger_service.domain.people.session import COOKIE, SESSION_PREFIX
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
    sent = _sent(request)
    if sent is None:
        raise NotAuthenticated("no-token")
    return sent.secret


class _Sent(NamedTuple):
    """What a request sends to say who calls. is_cookie: the browser sent it by itself."""

    secret: str
    is_cookie: bool


def _sent(request: Request) -> _Sent | None:
    """Return the token of the header, or what the cookie holds, which only our own pages may use."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return _Sent(secret, is_cookie=False)
    if "cookie" not in request.headers:
        return None
    secret = request.cookies.get(COOKIE, "")
    if not secret.startswith(SESSION_PREFIX):
        return None
    if request.method not in SAFE_METHODS:
        public, here = urlsplit(request.app.state.public_url), request.url
        own = {f"{public.scheme}://{public.netloc}", f"{here.scheme}://{here.netloc}"}
        check_own_page(request.headers.get("sec-fetch-site"), request.headers.get("origin"), own)
    return _Sent(secret, is_cookie=True)


InLibrary = Annotated[Library, Depends(library_of)]


def caller_of(
    request: Request,
    library: InLibrary,
    _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Return who calls, if the permission that the route states reaches at least what is their own.

    Raises:
        NotAuthenticated: no token, or an unknown or expired one (401).
        FormOfAnotherSite: by the cookie of a session, and another site's page asks for a change (403).
        RoleNotHeld: a token whose role does not hold the permission (403).
    """
    found: Caller | None = request.scope.get(_CALLER)
    if found is not None:
        return found
    return _admitted(library, _sent(request), permission_of(request.scope["route"].openapi_extra))


def caller_now(request: Request, library: Library) -> Caller:
    """Return who calls, for a route that reads the token itself, in a thread; raise as `caller_of`."""
    needed = permission_of(request.scope["route"].openapi_extra)
    return _admitted(library, _sent(request), needed)


async def admit(request: Request, operation: dict[str, Any]) -> None:
    """Remember who calls, or raise as `caller_of`: before anything of a body is read, or later once more."""
    library: Library = request.app.state.library
    sent = _sent(request)
    find = partial(_admitted, library, sent, permission_of(operation))
    request.scope[_CALLER] = find() if sent is None else await run_in_threadpool(find)


def _admitted(library: Library, sent: _Sent | None, permission: Permission) -> Caller:
    caller = Caller.anybody(library.steward)
    if sent is not None:
        try:
            caller = authenticate(library.store, library.clock, library.steward, sent.secret)
        except NotAuthenticated as exc:
            if not sent.is_cookie:
                raise
            # A browser keeps sending the cookie of a session that has ended.
            if permission not in PUBLIC:
                raise NotAuthenticated("session-ended") from exc
    reach(caller, permission)
    return caller


InCaller = Annotated[Caller, Depends(caller_of)]
