"""Routes that are asked so often that FastAPI's own matching and dependencies would be most of their cost.

They are declared as all others, so that they stand in the OpenAPI document; here they are matched before
FastAPI's router and called with the request and the parts of the path alone. Their failures leave as
the same problem documents, and what does not match goes on to the other routes. See docs/adr/0039.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger_service.api import problems
from ledger_service.api.queries import check_query
from ledger_service.api.requests import StrictRequest


class QuickRoutes:
    """ASGI middleware that answers the routes of some routers; prefix: where these stand."""

    def __init__(self, app: ASGIApp, prefix: str, routers: Sequence[APIRouter]) -> None:
        self._app = app
        self._of_method: dict[str, list[tuple[re.Pattern[str], APIRoute]]] = {}
        for route in (route for router in routers for route in router.routes):
            if not isinstance(route, APIRoute) or not _asks_for_nothing_else(route):
                raise TypeError(f"{route} takes more than the request and the path.")
            pattern = compile_path(prefix + route.path)[0]
            for method in route.methods or ():
                self._of_method.setdefault(method, []).append((pattern, route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for pattern, route in self._of_method.get(scope["method"], ()):
                found = pattern.match(scope["path"])
                if found is not None:
                    await _answer(route, found.groupdict(), scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _answer(
    route: APIRoute, parts: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    scope["route"] = route  # which problems tells of, if the route fails unexpectedly
    request = StrictRequest(scope, receive)
    try:
        await check_query(request)
        response = await route.endpoint(request, **parts)
    except problems.EXPECTED as exc:
        response = await problems.answer(request, exc)
    await response(scope, receive, send)


def _asks_for_nothing_else(route: APIRoute) -> bool:
    """Return whether nothing is lost without FastAPI's dependencies, of which one may be who calls."""
    taken = inspect.signature(route.endpoint).parameters.keys()
    return not route.dependencies and taken == {"request"} | route.param_convertors.keys()
