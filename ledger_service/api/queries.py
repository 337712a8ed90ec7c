"""Parameters behind the question mark: a route takes those that it declares, and refuses all others.

Who filters a list by a word that the route does not know would get the whole list, and take it for the
part. Pages for people pass over what others append to an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import WebSocketException
from fastapi.dependencies.models import Dependant
from fastapi.requests import HTTPConnection
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.status import WS_1008_POLICY_VIOLATION

from ledger_service.domain.errors import InvalidInput

ANY_QUERY: dict[str, Any] = {"x-any-query": True}
"""What a route adds to its operation that tells in its answer which parameters it did not know."""


async def check_query(request: HTTPConnection) -> None:
    """Check that the route knows every parameter; raise InvalidInput. Async, so that it costs no thread."""
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    if ANY_QUERY.items() <= _told(route).items():
        return
    known = _known(route)
    for name in request.query_params:
        if name not in known:
            if request.scope["type"] == "websocket":  # to which no problem can be told
                raise WebSocketException(WS_1008_POLICY_VIOLATION, "unknown-parameter")
            known_names = ", ".join(sorted(known)) or "-"
            raise InvalidInput("unknown-parameter", name=name[:80], known=known_names)


def _told(route: APIRoute | APIWebSocketRoute) -> dict[str, Any]:
    """Return what a route adds to its operation; one of WebSockets has none."""
    return getattr(route, "openapi_extra", None) or {}


def _known(route: APIRoute | APIWebSocketRoute) -> frozenset[str]:
    told = _told(route).get("parameters", ())  # of a route that reads them itself
    return frozenset(
        (*_declared(route.dependant), *(one["name"] for one in told if one["in"] == "query"))
    )


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for deeper in dependant.dependencies:
        yield from _declared(deeper)
