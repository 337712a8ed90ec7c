"""Which addresses pages of other sites may read: those that anybody may read, and that are made for programs.

Source: the Fetch standard's CORS protocol; the headers are those that IPFS gateways send.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Content-Type, Range, User-Agent, X-Requested-With"),
    (
        b"access-control-expose-headers",
        b"Content-Length, Content-Range, ETag, X-Ipfs-Path, X-Ipfs-Roots, X-Request-Id",
    ),
)


class OtherOrigins:
    """ASGI middleware: pages of every site may read what is below these prefixes, with no credentials."""

    def __init__(self, app: ASGIApp, prefixes: Collection[str]) -> None:
        self._app = app
        self._prefixes = tuple(f"{prefix}/" for prefix in prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(self._prefixes):
            await self._app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, send_open)
