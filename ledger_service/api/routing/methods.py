"""HEAD and OPTIONS, everywhere that something else is answered (RFC 9110, §9.3.2 and §9.3.7)."""

from __future__ import annotations

from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
IS_HEAD = "muhr.is_head"
"""In the scope of a request that wants no body: a route whose body is dear need not make it."""


class Methods:
    """ASGI middleware: HEAD is GET without its body, and OPTIONS tells what a path takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["type"] == "http" else ""
        if method == "HEAD":
            as_get = {**scope, "method": "GET", IS_HEAD: True}
            await self._app(as_get, receive, _without_body(send))
        elif method == "OPTIONS" and (allowed := allowed_methods(scope)):
            headers = [(b"allow", allowed.encode()), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, send)


def allowed_methods(scope: Scope) -> str:
    """Return the methods that a path takes, as the header Allow lists them; empty for an unknown path."""
    found = {method for method in METHODS if _is_answered({**scope, "method": method})}
    if "GET" in found:
        found.add("HEAD")
    return ", ".join(sorted(found | {"OPTIONS"})) if found else ""


def page_above(scope: Scope) -> str:
    """Return the nearest path above this one that can be got: where a form that was sent here stands."""
    path = str(scope["path"])
    while path := path.rpartition("/")[0]:
        if not path.startswith("//") and _is_answered({**scope, "path": path, "method": "GET"}):
            return path
    return "/"


def _is_answered(scope: Scope) -> bool:
    is_get = scope["method"] == "GET"
    return any(
        route.matches(scope)[0] is Match.FULL
        for route in scope["app"].routes
        if is_get or not isinstance(route, Mount)  # files, which are only read
    )


def _without_body(send: Send) -> Send:
    is_over = False

    async def send_headers(message: Message) -> None:
        nonlocal is_over
        if message["type"] == "http.response.start":
            await send(message)
        elif message["type"] == "http.response.body" and not is_over:
            is_over = True
            await send({"type": "http.response.body", "body": b""})

    return send_headers
